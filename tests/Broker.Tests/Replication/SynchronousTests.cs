using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Replication;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>What a sender to a SYNC_MASTER is told (reference: store.md section 17.5).</summary>
public sealed class SynchronousTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task With_a_slave_that_has_it_a_message_is_safe()
    {
        await using var master = await Replica.MasterAsync(synchronous: true);
        await using var slave = await Replica.SlaveAsync();
        await slave.Service.FollowAsync(master.Address);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves is [{ State: not SlaveState.Silent }], "the slave is there");
        var waits = Enumerable.Range(0, 200).Select(_ => master.PutAndWaitAsync()).ToList();
        Assert.All(await Task.WhenAll(waits), status => Assert.Equal(PutStatus.Ok, status));
        Assert.Equal(master.End, slave.End);
    }

    [Fact]
    public async Task Without_a_slave_the_sender_is_told_at_once_that_none_is_available()
    {
        await using var master = await Replica.MasterAsync(synchronous: true, clock: _clock);
        Assert.Equal(PutStatus.ReplicaNotAvailable, await master.PutAndWaitAsync());

        // A connection alone is no slave.
        using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves.Count == 1, "connected");
        Assert.Equal(PutStatus.ReplicaNotAvailable, await master.PutAndWaitAsync());
    }

    [Fact]
    public async Task With_a_slow_slave_the_sender_is_told_after_the_time_out()
    {
        await using var master = await Replica.MasterAsync(synchronous: true, clock: _clock);
        using var slave = await AttachAsync(master, 0);
        var waiting = master.PutAndWaitAsync();
        await slave.ReadDataAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(PutStatus.FlushReplicaTimeout, await waiting);

        // It was slow, not gone: the next one is waited for, and safe.
        waiting = master.PutAndWaitAsync();
        await slave.ReadDataAsync();
        await slave.ReportAsync(master.End);
        Assert.Equal(PutStatus.Ok, await waiting);
    }

    [Fact]
    public async Task A_slave_that_is_too_far_behind_is_not_waited_for()
    {
        await using var master = await Replica.MasterAsync(
            synchronous: true, clock: _clock, adjust: options => options.Store.HaSlaveFallbehindMax = 10_000);
        using var slave = await AttachAsync(master, 0);
        var waits = Enumerable.Range(0, 8).Select(_ => master.PutAndWaitAsync()).ToList();
        master.PutMany(4);
        Assert.Equal(PutStatus.ReplicaNotAvailable, await master.PutAndWaitAsync());
        Assert.Equal(SlaveState.FarBehind, Assert.Single(master.Service.Status.Slaves).State);
        Assert.All(waits, wait => Assert.False(wait.IsCompleted)); // those before it still wait

        while ((await slave.ReadDataAsync()) is var (offset, body) && offset + body.Length < master.End)
        {
        }

        await slave.ReportAsync(master.End);
        Assert.All(await Task.WhenAll(waits), status => Assert.Equal(PutStatus.Ok, status));
    }

    [Fact]
    public async Task A_slave_that_leaves_lets_the_senders_wait_that_wait_and_no_others()
    {
        await using var master = await Replica.MasterAsync(synchronous: true, clock: _clock);
        var slave = await AttachAsync(master, 0);
        var waiting = master.PutAndWaitAsync();
        slave.Dispose();
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves.Count == 0, "gone");
        Assert.Equal(PutStatus.ReplicaNotAvailable, await master.PutAndWaitAsync());
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(PutStatus.FlushReplicaTimeout, await waiting);
    }

    [Fact]
    public async Task A_slave_that_says_that_it_has_more_than_it_was_sent_makes_no_message_safe()
    {
        await using var master = await Replica.MasterAsync(synchronous: true, clock: _clock);
        master.PutMany(10);
        using (var liar = await Peer.ConnectAsync(master.Service.EndPoint))
        {
            await liar.ReportAsync(master.End); // says that it has everything, and was sent nothing
            await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves is [{ State: not SlaveState.Silent }], "it asked");
            Assert.Equal(0, master.Service.Status.ConfirmedOffset);
            var waiting = master.PutAndWaitAsync();
            await liar.ReportAsync(master.End + 1);
            await liar.ClosedAsync();
            Assert.Equal(0, master.Service.Status.ConfirmedOffset);
            _clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(PutStatus.FlushReplicaTimeout, await waiting);
        }

        await master.Log.SaidOnceAsync("it is no slave of this log");
    }

    [Fact]
    public async Task A_master_that_steps_down_tells_waiting_senders_the_truth()
    {
        await using var master = await Replica.MasterAsync(synchronous: true, clock: _clock);
        using var slave = await AttachAsync(master, 0);
        var safe = master.PutAndWaitAsync();
        var (_, body) = await slave.ReadDataAsync();
        await slave.ReportAsync(body.Length);
        Assert.Equal(PutStatus.Ok, await safe);
        var waiting = master.PutAndWaitAsync();
        var notAsked = master.Put();

        master.Role.Change(isMaster: false, epoch: 1, mayWrite: false);
        await master.Service.StepDownAsync();
        Assert.Equal(PutStatus.FlushReplicaTimeout, await waiting);
        Assert.False(master.Store.IsDurable(notAsked, waitForStore: true));
        Assert.Equal(PutStatus.ReplicaNotAvailable, await master.Store.WaitDurableAsync(notAsked, TestContext.Current.CancellationToken));
        await slave.ClosedAsync();
    }

    [Fact]
    public async Task A_slave_with_synchronous_flush_confirms_only_what_is_on_its_disk()
    {
        await using var master = await Replica.MasterAsync(synchronous: true);
        await using var slave = await Replica.SlaveAsync(adjust: options => options.Store.FlushDiskType = FlushDiskType.SyncFlush);
        await slave.Service.FollowAsync(master.Address);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves is [{ State: not SlaveState.Silent }], "the slave is there");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(PutStatus.Ok, await master.PutAndWaitAsync());
            Assert.InRange(master.Service.Status.ConfirmedOffset, 0, slave.Store.CommitLogFlushedOffset);
        }
    }

    private static async Task<Peer> AttachAsync(Replica master, long request)
    {
        var slave = await Peer.ConnectAsync(master.Service.EndPoint);
        await slave.ReportAsync(request);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves is [{ State: not SlaveState.Silent }], "the slave is there");
        return slave;
    }
}
