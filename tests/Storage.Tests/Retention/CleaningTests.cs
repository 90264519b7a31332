using Microsoft.Extensions.Time.Testing;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Retention;

public sealed class CleaningTests : IDisposable
{
    private const int FileSize = 8192;

    private readonly TempDirectory _directory = new();
    private readonly FaultyDisk _disk = new();

    // Noon, when nothing is deleted by the clock.
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Old_files_go_in_the_hour_of_deletion_and_not_before()
    {
        await using var store = await FilledAsync(files: 4);
        Age(TimeSpan.FromHours(80), 0, 1);
        Age(TimeSpan.FromHours(1), 2, 3);
        await store.CleanOnceAsync(CancellationToken.None);
        Assert.Equal(0, store.CommitLogMinOffset);

        _clock.Advance(TimeSpan.FromHours(16)); // four in the morning
        await store.CleanOnceAsync(CancellationToken.None);

        Assert.Equal(2 * FileSize, store.CommitLogMinOffset);
        Assert.False(File.Exists(_directory["commitlog", SegmentFileName.Of(0)]));
        Assert.True(File.Exists(_directory["commitlog", SegmentFileName.Of(2 * FileSize)]));
    }

    [Fact]
    public async Task A_nearly_full_disk_refuses_messages_and_deletes_files_before_their_time()
    {
        var options = Options(warning: 0.9, forcibly: 0.85);
        await using var store = await FilledAsync(files: 14, options);
        _disk.Used = 0.95;
        await store.CleanOnceAsync(CancellationToken.None);

        Assert.Equal(PutStatus.ServiceNotAvailable, StoreFixture.Put(store, "x").Status);
        Assert.False(store.IsWriteable);
        Assert.Equal(10 * FileSize, store.CommitLogMinOffset); // at most ten files per run

        _disk.Used = 0.87; // above the lower mark the refusal stays
        await store.CleanOnceAsync(CancellationToken.None);
        Assert.False(store.IsWriteable);
        Assert.Equal(13 * FileSize, store.CommitLogMinOffset); // never the last file

        _disk.Used = 0.5;
        await store.CleanOnceAsync(CancellationToken.None);
        Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x").Status);
    }

    [Fact]
    public async Task The_fuller_of_two_partitions_decides_whether_messages_are_refused()
    {
        _disk.UsedByLog = 0.84; // above the limit that deletes old files, below the marks
        _disk.Used = 0.95;
        await using var store = await StoreFixture.OpenAsync(Options(warning: 0.9, forcibly: 0.85), _clock, _disk);
        Assert.False(store.IsWriteable);

        (_disk.UsedByLog, _disk.Used) = (0.95, 0.1);
        await store.CleanOnceAsync(CancellationToken.None);
        Assert.False(store.IsWriteable);

        _disk.UsedByLog = 0.1;
        await store.CleanOnceAsync(CancellationToken.None);
        Assert.True(store.IsWriteable);
    }

    [Fact]
    public async Task An_append_that_is_stuck_for_long_refuses_others()
    {
        await using var store = await StoreFixture.OpenAsync(Options(), _clock, _disk);
        _disk.HoldAllocations = new ManualResetEventSlim();
        var stuck = Task.Run(() => StoreFixture.Put(store, "stuck"));
        await UntilAsync(() => store.IsPageCacheBusy);

        Assert.Equal(PutStatus.PageCacheBusy, StoreFixture.Put(store, "x").Status);
        _disk.HoldAllocations.Set();
        Assert.Equal(PutStatus.Ok, (await stuck).Status);
        Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, "x").Status);
    }

    [Fact]
    public async Task No_space_for_the_next_file_refuses_messages_until_there_is()
    {
        await using var store = await StoreFixture.OpenAsync(Options(), _clock, _disk);
        Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, new byte[1000]).Status);
        _disk.IsFull = true;
        PutResult put;
        var stored = 1;
        while ((put = StoreFixture.Put(store, new byte[1000])).Status == PutStatus.Ok)
        {
            stored++;
        }

        Assert.Equal(PutStatus.CreateSegmentFailed, put.Status);
        Assert.Null(store.Failure);
        _disk.IsFull = false;

        put = StoreFixture.Put(store, new byte[1000]);
        Assert.Equal((PutStatus.Ok, (long)stored), (put.Status, put.QueueOffset));
        Assert.True(SpinWait.SpinUntil(() => store.DispatchBehindBytes == 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(stored + 1, store.MaxOffset("TopicTest", 0)); // the queues caught up too
        Assert.Null(store.Failure);
    }

    [Fact]
    public async Task A_file_that_dispatch_has_not_read_stays_however_full_the_disk_is()
    {
        using var gate = new ManualResetEventSlim();
        await using var store = await FilledAsync(4, Options(warning: 0.9, forcibly: 0.85), new HeldArrivals(gate));
        _disk.Used = 0.95;

        await store.CleanOnceAsync(CancellationToken.None);
        Assert.Equal(0, store.CommitLogMinOffset);

        gate.Set();
        await UntilAsync(() => store.DispatchBehindBytes == 0);
        await store.CleanOnceAsync(CancellationToken.None);
        Assert.Equal(3 * FileSize, store.CommitLogMinOffset);
    }

    private StoreOptions Options(double warning = 1, double forcibly = 1) => new()
    {
        RootDirectory = _directory.Path,
        CommitLogDirectory = _directory["commitlog"],
        CommitLogFileSize = FileSize,
        ConsumeQueueFileSize = 6000,
        MaxHashSlots = 100,
        MaxIndexEntries = 1000,
        DiskSpaceWarningLevelRatio = warning,
        DiskSpaceCleanForciblyRatio = forcibly,
        DeleteCommitLogFilesInterval = 0,
        DeleteConsumeQueueFilesInterval = 0,
        FlushCommitLogLeastPages = 0,
    };

    private async Task<MessageStore> FilledAsync(int files, StoreOptions? options = null, IMessageArrivalListener? arrivals = null)
    {
        _clock.SetLocalTimeZone(TimeZoneInfo.Utc);
        var store = await StoreFixture.OpenAsync(options ?? Options(), _clock, _disk, arrivals: arrivals);
        while (store.CommitLogMaxOffset < ((files - 1) * FileSize) + 1)
        {
            Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, new byte[1000]).Status);
        }

        await UntilAsync(() => store.CommitLogFlushedOffset == store.CommitLogMaxOffset);
        if (arrivals is null)
        {
            await UntilAsync(() => store.DispatchBehindBytes == 0); // what is in no queue yet does not go
        }

        return store;
    }

    private void Age(TimeSpan age, params int[] files)
    {
        foreach (var file in files)
        {
            File.SetLastWriteTimeUtc(
                _directory["commitlog", SegmentFileName.Of(file * (long)FileSize)], _clock.GetUtcNow().UtcDateTime - age);
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
    }

    private sealed class HeldArrivals(ManualResetEventSlim gate) : IMessageArrivalListener
    {
        public void OnArrival(in MessageArrival arrival) => gate.Wait();
    }
}
