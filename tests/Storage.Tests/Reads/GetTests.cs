using Microsoft.Extensions.Time.Testing;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Reads;

public sealed class GetTests : IDisposable
{
    private const string Topic = "TopicTest";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0, GetStatus.Found, 10)]
    [InlineData(9, GetStatus.Found, 10)]
    [InlineData(-1, GetStatus.OffsetTooSmall, 0)]
    [InlineData(10, GetStatus.OffsetOverflowOne, 10)]
    [InlineData(11, GetStatus.OffsetOverflowBadly, 0)]
    public async Task Each_offset_has_its_status_and_its_correction(long offset, GetStatus status, long next)
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 10);
        using var result = store.Get(Topic, 0, offset, 32, null)!;
        Assert.Equal((status, next), (result.Status, result.NextBeginOffset));
        Assert.Equal((0, 10), (result.MinOffset, result.MaxOffset));
    }

    [Fact]
    public async Task A_slave_does_not_correct_offsets_unless_told()
    {
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, 10);
        }

        await using var slave = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), role: new StoreRole(isMaster: false));
        using var result = slave.Get(Topic, 0, 99, 32, null)!;
        Assert.Equal((GetStatus.OffsetOverflowBadly, 99), (result.Status, result.NextBeginOffset));
    }

    [Fact]
    public async Task An_unknown_queue_is_empty_and_is_not_made_by_reading()
    {
        await using var store = await OpenAsync();
        using (var result = store.Get("Unknown", 3, 5, 32, null)!)
        {
            Assert.Equal((GetStatus.NoMessageInQueue, 0), (result.Status, result.NextBeginOffset));
        }

        using (var result = store.Get("../x", 3, 5, 32, null)!)
        {
            Assert.Equal(GetStatus.NoMatchedLogicQueue, result.Status);
        }

        Assert.Equal(0, store.MaxOffset("Unknown", 3));
        Assert.Equal(-1, store.CommitOffset("Unknown", 3, 0));
        Assert.False(Directory.Exists(_directory["consumequeue", "Unknown"]));
    }

    [Theory]
    [InlineData(10, 10, 100)] // asked
    [InlineData(0, 1, 100)] // one is always returned
    [InlineData(1000, 32, 100)] // the count limit
    [InlineData(1000, 5, 50_000)] // the byte limit
    public async Task A_batch_is_limited_by_count_and_bytes(int asked, int returned, int bodyLength)
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 40, bodyLength);
        using var result = store.Get(Topic, 0, 0, asked, null)!;
        Assert.Equal((returned, returned), (result.MessageCount, result.NextBeginOffset));
        var copy = new byte[result.TotalBytes];
        result.CopyTo(copy);
        Assert.Equal(result[0], copy.AsSpan(0, result[0].Length));
        Assert.Equal(store.StoreTimestamp(Topic, 0, returned - 1), result.LastStoreTimestamp);
    }

    [Fact]
    public async Task A_read_ends_at_the_end_of_a_queue_file()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 310); // 300 entries per file
        using var result = store.Get(Topic, 0, 290, 32, null)!;
        Assert.Equal((10, 300), (result.MessageCount, result.NextBeginOffset));
    }

    [Fact]
    public async Task A_filter_that_matches_nothing_scans_a_window_and_goes_on_behind_it()
    {
        await using var store = await OpenAsync(queueFileSize: 40_000);
        await PutAsync(store, 1000, bodyLength: 1);
        using (var result = store.Get(Topic, 0, 0, 32, new Filter(_ => false))!)
        {
            Assert.Equal((GetStatus.NoMatchedMessage, 800), (result.Status, result.NextBeginOffset)); // 16,000 bytes of entries
        }

        using (var result = store.Get(Topic, 0, 0, 900, new Filter(_ => false))!)
        {
            Assert.Equal(900, result.NextBeginOffset);
        }

        var tag = Rocketeer.Protocol.Messages.JavaStringHash.Of("Tag3");
        using (var result = store.Get(Topic, 0, 0, 5, new Filter(code => code == tag))!)
        {
            Assert.Equal((GetStatus.Found, 5, 44), (result.Status, result.MessageCount, result.NextBeginOffset));
        }

        using (var result = store.Get(Topic, 0, 0, 5, new Filter(_ => true, record: r => r[^1] == 255))!)
        {
            Assert.Equal((GetStatus.NoMatchedMessage, 800), (result.Status, result.NextBeginOffset));
        }
    }

    [Fact]
    public async Task Reading_allocates_nothing_in_steady_state()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 300);
        var filter = new Filter(_ => true);
        for (var i = 0; i < 100; i++)
        {
            store.Get(Topic, 0, i, 32, filter)!.Dispose();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            store.Get(Topic, 0, i, 32, filter)!.Dispose();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing each; the runtime itself may allocate once
    }

    [Fact]
    public async Task Times_lead_to_offsets_and_ties_to_the_nearer_message()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        await using var store = await OpenAsync(clock);
        for (var i = 0; i < 10; i++)
        {
            StoreFixture.Put(store, "x");
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        WaitForDispatch(store);
        Assert.Equal(0, At(-5000));
        Assert.Equal(3, At(300));
        Assert.Equal(3, At(340));
        Assert.Equal(4, At(360));
        Assert.Equal(3, At(350)); // equally far: the earlier
        Assert.Equal(9, At(99_999));
        Assert.Equal(0, store.OffsetByTime("Unknown", 0, 0));
        Assert.Equal(1_700_000_000_000, store.EarliestStoreTimestamp());
        Assert.Equal(1_700_000_000_300, store.StoreTimestamp(Topic, 0, 3));
        Assert.Equal(-1, store.StoreTimestamp(Topic, 0, 10));

        long At(long milliseconds) => store.OffsetByTime(Topic, 0, 1_700_000_000_000 + milliseconds);
    }

    [Fact]
    public async Task A_record_is_read_at_its_own_offset_only()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 3, bodyLength: 200);
        var second = store.CommitOffset(Topic, 0, 1);
        Assert.Equal(second, StoreFixture.View(store.ReadRecord(second)!).PhysicalOffset);
        for (var offset = -10L; offset < store.CommitLogMaxOffset + 10; offset++)
        {
            var isRecord = Enumerable.Range(0, 3).Any(i => store.CommitOffset(Topic, 0, i) == offset);
            Assert.Equal(isRecord, store.ReadRecord(offset) is not null);
        }

        Assert.Null(store.ReadRecord(long.MaxValue));
        Assert.Null(store.ReadRecord(long.MinValue));
    }

    [Fact]
    public async Task Records_that_the_log_lost_are_reported_as_being_removed()
    {
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, 40, bodyLength: 50_000); // two log files
        }

        File.Delete(_directory["commitlog", SegmentFileName.Of(0)]);
        await using var reopened = await OpenAsync();
        Assert.InRange(reopened.MinOffset(Topic, 0), 20, 21);
        using (var result = reopened.Get(Topic, 0, 0, 1, null)!)
        {
            Assert.Equal((GetStatus.OffsetTooSmall, reopened.MinOffset(Topic, 0)), (result.Status, result.NextBeginOffset));
        }

        Assert.Equal(reopened.StoreTimestamp(Topic, 0, reopened.MinOffset(Topic, 0)), reopened.EarliestStoreTimestamp());
    }

    [Fact]
    public async Task Unused_topics_are_dropped_and_begin_anew()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 3);
        StoreFixture.Put(store, "x", "Kept");
        WaitForDispatch(store);
        Assert.Equal(1, store.DropUnusedTopics(new HashSet<string> { "Kept" }));
        Assert.Equal((0, 1), (store.MaxOffset(Topic, 0), store.MaxOffset("Kept", 0)));
        Assert.Equal(0, StoreFixture.Put(store, "x").QueueOffset);
        WaitForDispatch(store);
        Assert.Equal(1, store.MaxOffset(Topic, 0));
    }

    [Fact]
    public async Task Dropping_topics_under_load_loses_no_place_in_the_queues_that_follow()
    {
        await using var store = await OpenAsync();
        var isDone = false;
        var dropper = Task.Run(() =>
        {
            while (!Volatile.Read(ref isDone))
            {
                store.DropUnusedTopics(new HashSet<string>());
                store.DropExpiredQueues();
            }
        });
        for (var i = 0; i < 5_000; i++)
        {
            Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x").Status);
        }

        Volatile.Write(ref isDone, true);
        await dropper;
        var last = StoreFixture.Put(store, "last");
        WaitForDispatch(store);

        Assert.Null(store.Failure);
        Assert.Equal(last.QueueOffset + 1, store.MaxOffset(Topic, 0));
        Assert.Equal(last.CommitOffset, store.CommitOffset(Topic, 0, last.QueueOffset));
    }

    [Fact]
    public async Task Queues_whose_messages_are_all_gone_are_dropped_except_those_of_the_schedule()
    {
        await using (var store = await OpenAsync())
        {
            StoreFixture.Put(store, "x", "Old");
            StoreFixture.Put(store, "x", "Old", 1, "DELAY\u000118\u0002");
            await PutAsync(store, 40, bodyLength: 50_000); // two log files
            StoreFixture.Put(store, "x", "New");
        }

        File.Delete(_directory["commitlog", SegmentFileName.Of(0)]);
        await using var reopened = await OpenAsync();
        reopened.DropExpiredQueues();

        Assert.Equal((0, 40, 1), (reopened.MaxOffset("Old", 0), reopened.MaxOffset(Topic, 0), reopened.MaxOffset("New", 0)));
        Assert.Equal(1, reopened.MaxOffset(Rocketeer.Protocol.Messages.TopicNames.Schedule, 17));
        Assert.False(Directory.Exists(_directory["consumequeue", "Old", "0"]));
        Assert.Equal(0, StoreFixture.Put(reopened, "x", "Old").QueueOffset);
    }

    [Fact]
    public async Task A_damaged_record_is_skipped_alone()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 10);
        using (var log = File.OpenHandle(
            _directory["commitlog", SegmentFileName.Of(0)], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.Write(log, new byte[8], store.CommitOffset(Topic, 0, 3));
        }

        using (var result = store.Get(Topic, 0, 3, 1, new Filter(_ => true, _ => false))!)
        {
            Assert.Equal((GetStatus.NoMatchedMessage, 10), (result.Status, result.NextBeginOffset));
        }

        using (var result = store.Get(Topic, 0, 0, 32, null)!)
        {
            Assert.Equal((GetStatus.Found, 9, 10), (result.Status, result.MessageCount, result.NextBeginOffset));
        }
    }

    [Fact]
    public async Task When_every_record_is_gone_the_messages_are_being_removed()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, 2);
        using (var log = File.OpenHandle(
            _directory["commitlog", SegmentFileName.Of(0)], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.Write(log, new byte[(int)store.CommitLogMaxOffset], 0);
        }

        using var result = store.Get(Topic, 0, 0, 32, null)!;
        Assert.Equal((GetStatus.MessageWasRemoving, 2), (result.Status, result.NextBeginOffset));
    }

    [Fact]
    public async Task A_missing_queue_file_leads_to_the_next_one()
    {
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, 700); // 300 entries per file
        }

        File.Delete(_directory["consumequeue", Topic, "0", SegmentFileName.Of(6000)]);
        await using var reopened = await OpenAsync();
        using var result = reopened.Get(Topic, 0, 350, 32, null)!;
        Assert.Equal((GetStatus.OffsetFoundNull, 600), (result.Status, result.NextBeginOffset));
    }

    private Task<MessageStore> OpenAsync(TimeProvider? clock = null, int queueFileSize = 6000)
    {
        var options = StoreFixture.Options(_directory.Path);
        return StoreFixture.OpenAsync(
            new StoreOptions
            {
                RootDirectory = options.RootDirectory,
                CommitLogDirectory = options.CommitLogDirectory,
                CommitLogFileSize = options.CommitLogFileSize,
                ConsumeQueueFileSize = queueFileSize,
                MaxHashSlots = options.MaxHashSlots,
                MaxIndexEntries = options.MaxIndexEntries,
                DiskSpaceWarningLevelRatio = 1,
                DiskSpaceCleanForciblyRatio = 1,
            },
            clock);
    }

    private static Task PutAsync(MessageStore store, int count, int bodyLength = 100)
    {
        for (var i = 0; i < count; i++)
        {
            var put = StoreFixture.Put(store, new byte[bodyLength], properties: $"TAGS\u0001Tag{i % 10}\u0002");
            Assert.Equal(PutStatus.Ok, put.Status);
        }

        WaitForDispatch(store);
        return Task.CompletedTask;
    }

    private static void WaitForDispatch(MessageStore store) =>
        Assert.True(SpinWait.SpinUntil(() => store.DispatchBehindBytes == 0, TimeSpan.FromSeconds(30)));

    private sealed class Filter(Func<long, bool> entry, Func<byte[], bool>? record = null) : IMessageFilter
    {
        public bool NeedsRecord => record is not null;

        public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension) => entry(tagsCode!.Value);

        public bool MatchesRecord(ReadOnlySpan<byte> bytes) => record!(bytes.ToArray());
    }
}
