using System.Buffers.Binary;
using System.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.CommitLog;

public sealed class BatchTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_item_becomes_a_record_of_its_own()
    {
        var body = Batch(("one", "TAGS\u0001A\u0002"), ("two", ""), ("three", "KEYS\u0001k\u0002"));
        PutResult put;
        var offsets = new long[3];
        await using (var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path)))
        {
            StoreFixture.Put(store, "before", "T", 2);
            put = store.PutBatch(StoreFixture.Message(body, "T", 2), offsets);
            Assert.Equal(4, StoreFixture.Put(store, "after", "T", 2).QueueOffset);
        }

        Assert.Equal((PutStatus.Ok, 3, 1L), (put.Status, put.MessageCount, put.QueueOffset));
        var records = StoreFixture.ReadLog(_directory["commitlog"]);
        Assert.Equal(5, records.Count);
        Assert.Equal(offsets, records.Skip(1).Take(3).Select(r => r.Offset));
        Assert.Equal(put.EndOffset, records[4].Offset);
        for (var i = 0; i < 3; i++)
        {
            var view = StoreFixture.View(records[i + 1].Record);
            Assert.Equal(new[] { "one", "two", "three" }[i], Encoding.UTF8.GetString(view.Body));
            Assert.Equal(i, view.Flag);
            Assert.Equal(1 + i, view.QueueOffset);
            Assert.Equal(offsets[i], view.PhysicalOffset);
            Assert.True(view.HasValidChecksum);
        }
    }

    [Fact]
    public async Task A_batch_is_never_split_between_files()
    {
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, fileSize: 4096));
        StoreFixture.Put(store, new byte[2500]);

        var put = store.PutBatch(StoreFixture.Message(Batch((new string('a', 700), ""), (new string('b', 700), "")), "T"));

        Assert.Equal(4096, put.CommitOffset);
    }

    [Fact]
    public async Task A_batch_that_does_not_parse_stores_nothing()
    {
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, maxMessageSize: 4096));
        var good = Batch(("one", ""), ("two", ""));
        for (var cut = 1; cut < good.Length; cut++)
        {
            var whole = cut == Batch(("one", "")).Length;
            Assert.Equal(whole ? PutStatus.Ok : PutStatus.MessageIllegal, store.PutBatch(StoreFixture.Message(good.AsSpan(0, cut))).Status);
        }

        var lying = Batch(("one", ""));
        BinaryPrimitives.WriteInt32BigEndian(lying.AsSpan(16), int.MaxValue);
        Assert.Equal(PutStatus.MessageIllegal, store.PutBatch(StoreFixture.Message(lying)).Status);
        Assert.Equal(PutStatus.MessageIllegal, store.PutBatch(StoreFixture.Message([])).Status);
        Assert.Equal(PutStatus.MessageIllegal, store.PutBatch(StoreFixture.Message(Batch((new string('x', 5000), "")))).Status);
        Assert.Equal(
            PutStatus.MessageIllegal,
            store.PutBatch(StoreFixture.Message(good, properties: "DELAY\u00013\u0002"u8)).Status);
        Assert.Equal(
            PutStatus.MessageIllegal,
            store.PutBatch(StoreFixture.Message(good, sysFlag: MessageSysFlags.TransactionPrepared)).Status);
        Assert.Equal(1, store.Statistics.PutMessages);
    }

    private static byte[] Batch(params (string Body, string Properties)[] items)
    {
        using var stream = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        for (var i = 0; i < items.Length; i++)
        {
            var body = Encoding.UTF8.GetBytes(items[i].Body);
            var properties = Encoding.UTF8.GetBytes(items[i].Properties);
            foreach (var value in new[] { 22 + body.Length + properties.Length, 0, 0, i, body.Length })
            {
                BinaryPrimitives.WriteInt32BigEndian(number, value);
                stream.Write(number);
            }

            stream.Write(body);
            BinaryPrimitives.WriteInt16BigEndian(number, (short)properties.Length);
            stream.Write(number[..2]);
            stream.Write(properties);
        }

        return stream.ToArray();
    }
}
