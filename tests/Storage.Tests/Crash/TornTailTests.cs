using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;
using StoreLog = Rocketeer.Storage.CommitLogs.CommitLog;

namespace Rocketeer.Storage.Tests.Crash;

public sealed class TornTailTests : IDisposable
{
    private const int FileSize = 8192;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Damage.Truncate)]
    [InlineData(Damage.Zero)]
    [InlineData(Damage.Garbage)]
    public async Task Whatever_byte_the_last_record_is_torn_at_everything_before_survives(Damage damage)
    {
        var puts = new List<PutResult>();
        await using (var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, fileSize: FileSize)))
        {
            for (var i = 0; i < 12; i++)
            {
                puts.Add(StoreFixture.Put(store, new string((char)('a' + i), 900), properties: "TAGS\u0001TagA\u0002"));
            }
        }

        var file = _directory["commitlog", SegmentFileName.Of(FileSize)];
        var intact = File.ReadAllBytes(file);
        var last = puts[^1];
        for (var cut = last.CommitOffset; cut < last.EndOffset; cut++)
        {
            var position = (int)(cut - FileSize);
            var bytes = Torn(intact, position, damage);
            File.WriteAllBytes(file, bytes);
            if (damage == Damage.Garbage && position > TailAt(last))
            {
                // Topic and properties have no checksum: the record may be taken, but nothing before it is lost.
                Assert.Contains(Recover(), new[] { puts[^2].EndOffset, last.EndOffset });
                continue;
            }

            var survives = bytes.AsSpan().StartsWith(intact.AsSpan(0, (int)(last.EndOffset - FileSize)));

            Assert.Equal(survives ? last.EndOffset : puts[^2].EndOffset, Recover());
        }
    }

    [Fact]
    public async Task Remains_of_a_longer_log_are_not_taken_for_records()
    {
        // Two logs of the same shape: after the cut the rest of the old one would fit behind the new one.
        var options = StoreFixture.Options(_directory.Path, fileSize: FileSize);
        PutResult second;
        await using (var store = await StoreFixture.OpenAsync(options))
        {
            StoreFixture.Put(store, "first");
            second = StoreFixture.Put(store, "secnd");
            StoreFixture.Put(store, "third");
        }

        File.WriteAllBytes(_directory["abort"], []);
        using (var file = File.OpenHandle(_directory["commitlog", SegmentFileName.Of(0)], FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.Write(file, "XXXXX"u8, second.CommitOffset + 88); // its checksum fails
        }

        await using (var store = await StoreFixture.OpenAsync(options))
        {
            Assert.Equal(second.CommitOffset, store.CommitLogMaxOffset);
            Assert.Equal(second.CommitOffset, StoreFixture.Put(store, "again").CommitOffset);
        }

        File.WriteAllBytes(_directory["abort"], []);
        await using var last = await StoreFixture.OpenAsync(options);
        Assert.Equal(second.EndOffset, last.CommitLogMaxOffset);
    }

    private static int TailAt(PutResult put) => (int)(put.CommitOffset - FileSize) + 88 + 900;

    public enum Damage
    {
        Truncate,
        Zero,
        Garbage,
    }

    private static byte[] Torn(byte[] intact, int position, Damage damage)
    {
        var bytes = damage == Damage.Truncate ? intact[..position] : intact.ToArray();
        switch (damage)
        {
            case Damage.Zero:
                bytes.AsSpan(position).Clear();
                break;
            case Damage.Garbage:
                bytes.AsSpan(position).Fill(0xA5);
                break;
        }

        return bytes;
    }

    private long Recover()
    {
        var options = StoreFixture.Options(_directory.Path, fileSize: FileSize);
        using var log = new StoreLog(options, RealDisk.Instance, new QueueOffsetTable(), TimeProvider.System, NullLogger.Instance);
        log.Load(afterCrash: true);
        return log.Recover(afterCrash: true, safeTimestamp: 0).EndOffset;
    }
}
