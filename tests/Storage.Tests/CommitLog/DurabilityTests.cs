using Microsoft.Extensions.Time.Testing;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.CommitLog;

public sealed class DurabilityTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Under_asynchronous_flush_nobody_waits()
    {
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), new FakeTimeProvider());
        var put = StoreFixture.Put(store, "x");

        Assert.True(store.IsDurable(put, waitForStore: true));
        Assert.Equal(PutStatus.Ok, await store.WaitDurableAsync(put, CancellationToken.None));
        Assert.Equal(0, store.CommitLogFlushedOffset);
    }

    [Fact]
    public async Task Under_asynchronous_flush_the_interval_makes_it_durable()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var disk = new FaultyDisk();
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), clock, disk);
        var put = StoreFixture.Put(store, new byte[40_000]);

        while (store.CommitLogFlushedOffset < put.EndOffset)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.Equal(put.EndOffset, store.CommitLogFlushedOffset);
        Assert.True(disk.Flushes > 0);
    }

    [Fact]
    public async Task A_sender_whose_callback_throws_does_not_keep_the_others_waiting()
    {
        var disk = new FaultyDisk { HoldFlushes = new ManualResetEventSlim() };
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, FlushMode.Sync), disk: disk);
        store.WhenDurable(StoreFixture.Put(store, "x"), new ThrowingWaiter());
        var wait = store.WaitDurableAsync(StoreFixture.Put(store, "y"), CancellationToken.None);
        disk.HoldFlushes.Set();

        Assert.Equal(PutStatus.Ok, await wait.WaitAsync(Patience));
        var next = store.WaitDurableAsync(StoreFixture.Put(store, "z"), CancellationToken.None);
        Assert.Equal(PutStatus.Ok, await next.WaitAsync(Patience));
        Assert.Null(store.Failure);
    }

    [Fact]
    public async Task Under_synchronous_flush_a_sender_waits_for_the_sync()
    {
        var disk = new FaultyDisk { HoldFlushes = new ManualResetEventSlim() };
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, FlushMode.Sync), disk: disk);
        var put = StoreFixture.Put(store, "x");
        var wait = store.WaitDurableAsync(put, CancellationToken.None);

        Assert.False(store.IsDurable(put, waitForStore: true));
        Assert.True(store.IsDurable(put, waitForStore: false));
        Assert.False(wait.IsCompleted);
        disk.HoldFlushes.Set();

        Assert.Equal(PutStatus.Ok, await wait.WaitAsync(Patience));
        Assert.True(store.CommitLogFlushedOffset >= put.EndOffset);
        Assert.True(store.IsDurable(put, waitForStore: true));
    }

    [Fact]
    public async Task A_sync_that_takes_too_long_is_a_timeout_and_the_message_stays_stored()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var disk = new FaultyDisk { HoldFlushes = new ManualResetEventSlim() };
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, FlushMode.Sync), clock, disk);
        var put = StoreFixture.Put(store, "x");
        var wait = store.WaitDurableAsync(put, CancellationToken.None);

        clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(wait.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Equal(PutStatus.FlushDiskTimeout, await wait.WaitAsync(Patience));
        disk.HoldFlushes.Set();
        Assert.Equal(PutStatus.Ok, await store.WaitDurableAsync(put, CancellationToken.None).WaitAsync(Patience));
    }

    [Fact]
    public async Task Many_writers_share_syncs_and_are_completed_in_the_order_of_the_log()
    {
        const int writers = 64;
        const int rounds = 20;
        var disk = new FaultyDisk();
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, FlushMode.Sync), disk: disk);
        var before = disk.Flushes;
        var completed = new List<long>();
        var all = new CountdownEvent(writers * rounds);

        Parallel.For(0, writers, new ParallelOptions { MaxDegreeOfParallelism = 4 }, writer =>
        {
            for (var round = 0; round < rounds; round++)
            {
                var put = StoreFixture.Put(store, new byte[512], queueId: writer);
                store.WhenDurable(put, new Waiter(status =>
                {
                    Assert.Equal(PutStatus.Ok, status);
                    lock (completed)
                    {
                        completed.Add(put.EndOffset);
                    }

                    all.Signal();
                }));
            }
        });

        Assert.True(all.Wait(Patience));
        Assert.Equal(writers * rounds, completed.Count);
        Assert.True(disk.Flushes - before < writers * rounds / 2, $"{disk.Flushes - before} syncs");
    }

    [Fact]
    public async Task Waiters_that_are_ready_together_complete_in_offset_order()
    {
        var disk = new FaultyDisk { HoldFlushes = new ManualResetEventSlim() };
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, FlushMode.Sync), disk: disk);
        var puts = Enumerable.Range(0, 300).Select(i => StoreFixture.Put(store, $"message {i}")).ToArray();
        var completed = new List<int>();
        var all = new CountdownEvent(puts.Length);
        var order = Enumerable.Range(0, puts.Length).ToArray();
        new Random(1).Shuffle(order);
        foreach (var i in order)
        {
            store.WhenDurable(puts[i], new Waiter(_ =>
            {
                completed.Add(i);
                all.Signal();
            }));
        }

        disk.HoldFlushes.Set();
        Assert.True(all.Wait(Patience));
        Assert.Equal(Enumerable.Range(0, puts.Length), completed);
    }

    [Theory]
    [InlineData(FlushMode.Async)]
    [InlineData(FlushMode.Sync)]
    public async Task A_failed_flush_ends_the_log_and_is_reported_once(FlushMode mode)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var disk = new FaultyDisk { HoldFlushes = new ManualResetEventSlim() };
        var failures = 0;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, mode), clock, disk);
        store.Failed += _ =>
        {
            Interlocked.Increment(ref failures);
            failed.TrySetResult();
        };
        disk.FailFlushes = true;
        disk.HoldFlushes.Set();
        var put = StoreFixture.Put(store, new byte[40_000]);
        var wait = store.WaitDurableAsync(put, CancellationToken.None);
        while (!failed.Task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.Equal(mode == FlushMode.Async ? PutStatus.Ok : PutStatus.FlushDiskTimeout, await wait.WaitAsync(Patience));
        Assert.Equal(PutStatus.ServiceNotAvailable, StoreFixture.Put(store, "x").Status);
        Assert.False(store.IsWriteable);
        Assert.NotNull(store.Failure);
        disk.FailFlushes = false;
        await store.DisposeAsync();
        Assert.Equal(1, failures);
        Assert.True(File.Exists(_directory["abort"]));
    }

    [Fact]
    public async Task A_torn_write_ends_the_log_and_the_next_opening_keeps_what_was_acknowledged()
    {
        var disk = new FaultyDisk();
        var options = StoreFixture.Options(_directory.Path, FlushMode.Sync);
        PutResult first;
        await using (var store = await StoreFixture.OpenAsync(options, disk: disk))
        {
            first = StoreFixture.Put(store, "acknowledged");
            Assert.Equal(PutStatus.Ok, await store.WaitDurableAsync(first, CancellationToken.None).WaitAsync(Patience));
            disk.TearNextWriteAt = 50;
            var torn = StoreFixture.Put(store, "torn");
            Assert.Equal(PutStatus.FlushDiskTimeout, await store.WaitDurableAsync(torn, CancellationToken.None).WaitAsync(Patience));
        }

        await using var again = await StoreFixture.OpenAsync(options);
        Assert.Equal(first.EndOffset, again.CommitLogMaxOffset);
        Assert.Equal(1, StoreFixture.Put(again, "next").QueueOffset);
    }

    private sealed class Waiter(Action<PutStatus> completed) : DurabilityWaiter
    {
        protected internal override void Completed(PutStatus status) => completed(status);
    }

    private sealed class ThrowingWaiter : DurabilityWaiter
    {
        protected internal override void Completed(PutStatus status) => throw new InvalidOperationException("a sender's mistake");
    }
}
