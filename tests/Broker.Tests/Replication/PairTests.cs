using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Replication;
using Rocketeer.Storage;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>A master and a slave of ours.</summary>
public sealed class PairTests
{
    [Theory]
    [InlineData(FlushDiskType.AsyncFlush)]
    [InlineData(FlushDiskType.SyncFlush)]
    public async Task A_slave_has_what_its_master_has(FlushDiskType flush)
    {
        await using var master = await Replica.MasterAsync();
        await using var slave = await Replica.SlaveAsync(adjust: options => options.Store.FlushDiskType = flush);
        master.PutMany(500); // half of the first file
        await slave.Service.FollowAsync(master.Address);
        await slave.EventuallyEndsAtAsync(master.End);
        master.PutMany(2500); // and over the ends of the next two
        await slave.EventuallyEqualsAsync(master);

        await TestBroker.EventuallyAsync(
            () => master.Service.Status.Slaves is [{ State: SlaveState.InSync, LagBytes: 0 }], "the master knows that it has everything");
        Assert.Equal(master.End, master.Service.Status.ConfirmedOffset);
        Assert.Equal((FollowState.Following, false, null), slave.Service.Status.Master is { } status
            ? (status.State, status.IsDiverged, status.Problem) : default);
    }

    [Fact]
    public async Task A_slave_goes_on_where_it_was_after_a_restart()
    {
        using var directory = new TempDirectory();
        await using var master = await Replica.MasterAsync();
        master.PutMany(1500);
        for (var round = 0; round < 3; round++)
        {
            await using var slave = await Replica.SlaveAsync(directory);
            await slave.Service.FollowAsync(master.Address);
            master.PutMany(300);
            await slave.EventuallyEqualsAsync(master);
            Assert.False(Directory.Exists(directory["diverged"]));
        }
    }

    [Fact]
    public async Task A_slave_connects_again_when_the_master_comes_back()
    {
        using var directory = new TempDirectory();
        await using var slave = await Replica.SlaveAsync();
        var port = 0;
        for (var round = 0; round < 2; round++)
        {
            await using var master = await Replica.MasterAsync(directory: directory, port: port);
            port = master.Service.EndPoint.Port;
            await slave.Service.FollowAsync(master.Address);
            master.PutMany(100);
            await slave.EventuallyEqualsAsync(master);
        }

        await slave.Log.SaidOnceAsync("Following the master");
    }

    [Fact]
    public async Task A_slave_takes_no_messages_until_it_is_promoted_and_then_goes_on_with_the_queues()
    {
        await using var master = await Replica.MasterAsync();
        await using var slave = await Replica.SlaveAsync();
        await slave.Service.FollowAsync(master.Address);
        master.PutMany(99);
        await slave.EventuallyEqualsAsync(master);

        await slave.Service.PrepareToLeadAsync(TestContext.Current.CancellationToken);
        slave.Role.Change(isMaster: true, epoch: 1, mayWrite: true);
        slave.Service.Lead(waitForReplica: false);
        Assert.Equal(master.Store.MaxOffset("TopicTest", 3), slave.Put(queueId: 3).QueueOffset);
        Assert.Null(slave.Service.Status.Master);
    }

    [Fact]
    public async Task The_roles_of_a_pair_can_be_swapped_again_and_again()
    {
        await using var a = await Replica.MasterAsync();
        await using var b = await Replica.SlaveAsync();
        await b.Service.FollowAsync(a.Address);
        var (master, slave) = (a, b);
        for (var epoch = 1; epoch <= 4; epoch++)
        {
            master.PutMany(50);
            await slave.EventuallyEndsAtAsync(master.End);

            master.Role.Change(isMaster: false, epoch, mayWrite: false);
            await master.Service.StepDownAsync();
            await slave.Service.PrepareToLeadAsync(TestContext.Current.CancellationToken);
            slave.Role.Change(isMaster: true, epoch, mayWrite: true);
            slave.Service.Lead(waitForReplica: true);
            await master.Service.FollowAsync(slave.Address);
            (master, slave) = (slave, master);
            await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves.Count == 1, "the old master follows");
            Assert.Equal(PutStatus.Ok, await master.PutAndWaitAsync());
        }

        await slave.EventuallyEqualsAsync(master);
        Assert.False(Directory.Exists(a.Directory["diverged"]));
        Assert.False(Directory.Exists(b.Directory["diverged"]));
    }

    [Fact]
    public async Task Half_a_record_is_cut_off_at_promotion()
    {
        using var listener = Peer.Listen();
        await using var source = await Replica.MasterAsync();
        source.PutMany(3);
        var bytes = source.Bytes();
        await using var slave = await Replica.SlaveAsync();
        await slave.Service.FollowAsync($"127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndPoint!).Port}");
        using var master = await Peer.AcceptAsync(listener);
        Assert.Equal(0, await master.ReadReportAsync());
        await master.FrameAsync(0, bytes.AsSpan(0, bytes.Length - 1));
        await slave.EventuallyEndsAtAsync(bytes.Length - 1);

        await slave.Service.PrepareToLeadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(bytes.Length / 3 * 2, slave.End);
        slave.Role.Change(isMaster: true, epoch: 1, mayWrite: true);
        Assert.Equal(bytes.Length / 3 * 2, slave.Put(queueId: 2).CommitOffset);
        Assert.False(Directory.Exists(slave.Directory["diverged"])); // no message was in it
    }

    [Fact]
    public async Task A_broker_that_is_no_master_serves_no_slaves()
    {
        await using var slave = await Replica.SlaveAsync();
        for (var i = 0; i < 3; i++)
        {
            using var peer = await Peer.ConnectAsync(slave.Service.EndPoint);
            await peer.ClosedAsync();
        }

        await slave.Log.SaidOnceAsync("this broker is no master");
    }
}
