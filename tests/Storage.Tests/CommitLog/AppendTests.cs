using System.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.CommitLog;

public sealed class AppendTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(FlushMode.Async)]
    [InlineData(FlushMode.Sync)]
    public async Task A_record_has_the_recorded_layout(FlushMode mode)
    {
        PutResult put;
        await using (var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, mode)))
        {
            StoreFixture.Put(store, "first");
            put = StoreFixture.Put(store, "Hello RocketMQ", "TopicTest", 3, "TAGS\u0001TagA\u0002");
        }

        var records = StoreFixture.ReadLog(_directory["commitlog"]);
        Assert.Equal(2, records.Count);
        var view = StoreFixture.View(records[1].Record);
        Assert.Equal(put.CommitOffset, records[1].Offset);
        Assert.Equal(put.CommitOffset, view.PhysicalOffset);
        Assert.Equal(put.Bytes, view.TotalSize);
        Assert.Equal(1774740973, view.BodyCrc);
        Assert.Equal(3, view.QueueId);
        Assert.Equal(7, view.Flag);
        Assert.Equal(0, view.QueueOffset);
        Assert.Equal(1_700_000_000_000, view.BornTimestamp);
        Assert.Equal(StoreFixture.Producer, view.BornHost);
        Assert.Equal(StoreFixture.Broker, view.StoreHost);
        Assert.Equal(put.StoreTimestamp, view.StoreTimestamp);
        Assert.Equal("Hello RocketMQ", Encoding.UTF8.GetString(view.Body));
        Assert.Equal("TopicTest", Encoding.UTF8.GetString(view.Topic));
        Assert.Equal("TAGS\u0001TagA\u0002", Encoding.UTF8.GetString(view.Properties));
    }

    [Theory]
    [InlineData(FlushMode.Async)]
    [InlineData(FlushMode.Sync)]
    public async Task A_record_that_does_not_fit_goes_to_the_next_file_behind_a_blank(FlushMode mode)
    {
        const int fileSize = 8192;
        var options = StoreFixture.Options(_directory.Path, mode, fileSize);
        var puts = new List<PutResult>();
        await using (var store = await StoreFixture.OpenAsync(options))
        {
            for (var i = 0; i < 20; i++)
            {
                puts.Add(StoreFixture.Put(store, new byte[1000]));
            }
        }

        Assert.All(puts, put => Assert.Equal(PutStatus.Ok, put.Status));
        var size = puts[0].Bytes;
        var perFile = (fileSize - 8) / size;
        Assert.Equal(fileSize, puts[perFile].CommitOffset);
        var first = File.ReadAllBytes(_directory["commitlog", "00000000000000000000"]);
        var blank = first.AsSpan(perFile * size);
        Assert.Equal(blank.Length, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(blank));
        Assert.Equal(MessageRecordLayout.BlankMagic, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(blank[4..]));
        Assert.Equal(puts.Select(put => put.CommitOffset), StoreFixture.ReadLog(_directory["commitlog"]).Select(r => r.Offset));

        await using var again = await StoreFixture.OpenAsync(options);
        Assert.Equal(puts[^1].EndOffset, again.CommitLogMaxOffset);
        Assert.Equal(20, StoreFixture.Put(again, "next").QueueOffset);
    }

    [Fact]
    public async Task A_record_may_leave_exactly_room_for_the_head_of_a_blank()
    {
        const int fileSize = 4096;
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, fileSize: fileSize));
        var overhead = MessageRecordLayout.TotalSize(0, "TopicTest".Length, 0);

        Assert.Equal(0, StoreFixture.Put(store, new byte[fileSize - 8 - overhead]).CommitOffset);
        Assert.Equal(fileSize, StoreFixture.Put(store, "x").CommitOffset);
        Assert.Equal(PutStatus.MessageIllegal, StoreFixture.Put(store, new byte[fileSize - 7 - overhead]).Status);
    }

    [Fact]
    public async Task Queue_offsets_count_per_queue_and_not_for_prepared_messages()
    {
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path));

        Assert.Equal(0, StoreFixture.Put(store, "a", "T", 0).QueueOffset);
        Assert.Equal(1, StoreFixture.Put(store, "b", "T", 0).QueueOffset);
        Assert.Equal(0, StoreFixture.Put(store, "c", "T", 1).QueueOffset);
        Assert.Equal(0, StoreFixture.Put(store, "d", "T", 0, sysFlag: MessageSysFlags.TransactionPrepared).QueueOffset);
        Assert.Equal(0, StoreFixture.Put(store, "e", "T", 0, sysFlag: MessageSysFlags.TransactionRollback).QueueOffset);
        Assert.Equal(2, StoreFixture.Put(store, "f", "T", 0, sysFlag: MessageSysFlags.TransactionCommit).QueueOffset);
    }

    [Fact]
    public async Task What_is_too_long_or_illegal_is_refused_and_stores_nothing()
    {
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, maxMessageSize: 2048));

        Assert.Equal(PutStatus.MessageIllegal, StoreFixture.Put(store, "x", new string('é', 64)).Status); // 128 bytes, 64 characters
        Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x", new string('t', 127)).Status);
        Assert.Equal(PutStatus.MessageIllegal, StoreFixture.Put(store, "x", "").Status);
        Assert.Equal(PutStatus.MessageIllegal, StoreFixture.Put(store, "x", "../escape").Status);
        Assert.Equal(PutStatus.MessageIllegal, StoreFixture.Put(store, "x", queueId: -1).Status);
        Assert.Equal(PutStatus.PropertiesSizeExceeded, StoreFixture.Put(store, "x", properties: new string('p', 32768)).Status);
        Assert.Equal(PutStatus.MessageIllegal, StoreFixture.Put(store, new byte[2048]).Status);
        Assert.Equal(1, store.Statistics.PutMessages);
        Assert.Equal(6, store.Statistics.PutFailures);
    }

    [Fact]
    public async Task A_slave_takes_no_messages_until_it_becomes_a_master()
    {
        var role = new StoreRole(isMaster: false);
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), role: role);

        Assert.Equal(PutStatus.ServiceNotAvailable, StoreFixture.Put(store, "x").Status);
        role.Change(isMaster: true, epoch: 1, mayWrite: true);
        Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x").Status);
        role.Change(isMaster: true, epoch: 1, mayWrite: false);
        Assert.Equal(PutStatus.ServiceNotAvailable, StoreFixture.Put(store, "x").Status);
    }

    [Fact]
    public async Task A_closed_store_refuses()
    {
        var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path));
        await store.DisposeAsync();
        await store.DisposeAsync();

        Assert.Equal(PutStatus.ServiceNotAvailable, StoreFixture.Put(store, "x").Status);
    }

    [Fact]
    public async Task A_delayed_message_goes_to_the_schedule_topic_with_its_level_capped()
    {
        await using (var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path)))
        {
            Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x", "T", 5, "DELAY\u000199\u0002").Status);
            Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x", "T", 5, "DELAY\u00010\u0002").Status);
            var illegal = StoreFixture.Put(store, "x", "T", 5, "DELAY\u0001soon\u0002");
            Assert.Equal(PutStatus.MessageIllegal, illegal.Status);
            Assert.Contains("DELAY", illegal.Reason, StringComparison.Ordinal);
        }

        var records = StoreFixture.ReadLog(_directory["commitlog"]);
        Assert.Equal(2, records.Count);
        var delayed = StoreFixture.View(records[0].Record);
        Assert.Equal("SCHEDULE_TOPIC_XXXX", Encoding.UTF8.GetString(delayed.Topic));
        Assert.Equal(17, delayed.QueueId);
        var properties = MessageProperties.Parse(delayed.Properties);
        Assert.Equal(("18", "T", "5"), (properties["DELAY"], properties["REAL_TOPIC"], properties["REAL_QID"]));
        Assert.Equal("T", Encoding.UTF8.GetString(StoreFixture.View(records[1].Record).Topic));
    }

    [Theory]
    [InlineData(FlushMode.Async)]
    [InlineData(FlushMode.Sync)]
    public async Task Appending_allocates_nothing_per_message(FlushMode mode)
    {
        var options = StoreFixture.Options(_directory.Path, mode, 64 * 1024 * 1024);
        await using var store = await StoreFixture.OpenAsync(options);
        var body = new byte[1024];
        var properties = "TAGS\u0001TagA\u0002UNIQ_KEY\u0001C000020203175FFD2B276FC608920000\u0002"u8.ToArray();
        Append(2_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Append(5_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A staging block now and then, when the disk is slow; nothing per message.
        Assert.InRange(allocated, 0, mode == FlushMode.Async ? 4096 : 16 * 1024 * 1024);

        void Append(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var put = store.Put(StoreFixture.Message(body, "TopicTest", i & 3, properties));
                Assert.True(put.Status is PutStatus.Ok or PutStatus.PageCacheBusy);
            }
        }
    }
}
