using Rocketeer.Broker.Configuration;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>Slaves whose log is not their master's: they say so once, keep aside what is theirs alone, and end with the master's log.</summary>
public sealed class DivergenceTests : IDisposable
{
    private readonly TempDirectory _old = new();
    private readonly TempDirectory _new = new();

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Theory]
    [InlineData(50, 30, 5, FlushDiskType.AsyncFlush)] // the old master has more
    [InlineData(50, 5, 30, FlushDiskType.SyncFlush)] // the new one has more
    [InlineData(50, 1, 1, FlushDiskType.AsyncFlush)] // both have as much, of something else
    [InlineData(900, 2000, 2500, FlushDiskType.AsyncFlush)] // several files ago
    [InlineData(900, 2000, 100, FlushDiskType.SyncFlush)] // and the master's log ends files before
    [InlineData(1, 20, 20, FlushDiskType.AsyncFlush)] // after the first record
    public async Task A_master_that_was_replaced_becomes_a_slave(int common, int lost, int won, FlushDiskType flush)
    {
        var fork = await ForkAsync(common, lost, won);
        await using var master = await Replica.MasterAsync(directory: _new);
        await using var slave = await Replica.SlaveAsync(_old, Quick + (options => options.Store.FlushDiskType = flush));
        var before = slave.Bytes();
        await slave.Service.FollowAsync(master.Address);
        await slave.EventuallyEqualsAsync(master);
        Assert.Equal(before[(int)fork..], KeptTail(fork)[..(before.Length - (int)fork)]);

        // It is a slave like any other now, and becomes a master that goes on with the queues.
        master.PutMany(100);
        await slave.EventuallyEqualsAsync(master);
        await slave.Log.SaidOnceAsync("This log is not a copy");
        Assert.False(slave.Service.Status.Master!.IsDiverged);
        AssertIndexed(master, slave);
    }

    [Fact]
    public async Task A_difference_before_the_compared_window_is_found()
    {
        var fork = await ForkAsync(300, 400, 500);
        await using var master = await Replica.MasterAsync(directory: _new);
        await using var slave = await Replica.SlaveAsync(_old, Quick + (options => options.Replication.HaVerifyBytes = 1));
        await slave.Service.FollowAsync(master.Address);
        await slave.EventuallyEqualsAsync(master);
        Assert.NotEmpty(KeptTail(fork));
    }

    [Fact]
    public async Task A_log_that_only_lacks_the_masters_end_is_cut_where_the_masters_ends()
    {
        var fork = await ForkAsync(50, 10, 0);
        await using var master = await Replica.MasterAsync(directory: _new, adjust: Quick);
        await using var slave = await Replica.SlaveAsync(_old, Quick);
        await slave.Service.FollowAsync(master.Address);
        await slave.EventuallyEqualsAsync(master);
        Assert.Equal(fork, slave.End);
        await slave.Log.SaidOnceAsync($"the master's ends at offset {fork}");
    }

    [Fact]
    public async Task A_log_that_has_nothing_in_common_with_the_masters_is_kept_aside_whole()
    {
        await WithMasterAsync(_old, old => old.PutMany(2500, "old"));
        await WithMasterAsync(_new, other => other.PutMany(200, "new"));
        await using var master = await Replica.MasterAsync(directory: _new, adjust: Quick);
        await using var slave = await Replica.SlaveAsync(_old, Quick);
        var before = slave.Bytes();
        await slave.Service.FollowAsync(master.Address);
        await slave.EventuallyEqualsAsync(master);
        Assert.Equal(before, KeptTail(0)[..before.Length]);
    }

    [Fact]
    public async Task A_slave_whose_next_bytes_the_master_has_deleted_begins_anew()
    {
        await ForkAsync(100, 0, 3500); // the slave is files behind
        File.Delete(_new["commitlog", "00000000000000000000"]);
        File.Delete(_new["commitlog", "00000000000001048576"]);
        await using var master = await Replica.MasterAsync(directory: _new, adjust: Quick);
        Assert.NotEqual(0, master.Store.CommitLogMinOffset);
        await using var slave = await Replica.SlaveAsync(_old, Quick);
        await slave.Service.FollowAsync(master.Address);
        await slave.EventuallyEqualsAsync(master);
        await slave.Log.SaidOnceAsync("the master no longer has what this log ends with");
        await master.Log.SaidOnceAsync("it must begin anew");
    }

    [Fact]
    public async Task A_slave_with_messages_is_not_emptied_by_an_empty_master()
    {
        await WithMasterAsync(_old, old => old.PutMany(100));
        await using var master = await Replica.MasterAsync(directory: _new, adjust: Quick);
        await using var slave = await Replica.SlaveAsync(_old, Quick);
        var end = slave.End;
        await slave.Service.FollowAsync(master.Address);
        await TestBroker.EventuallyAsync(() => slave.Service.Status.Master?.Problem is not null, "says why");
        Assert.Contains("the master's log is empty", slave.Service.Status.Master!.Problem, StringComparison.Ordinal);
        Assert.Equal(end, slave.End);
        await slave.Log.SaidOnceAsync("the master's log is empty");
    }

    [Fact]
    public async Task A_master_that_sends_no_log_is_given_up_and_nothing_of_it_is_kept()
    {
        using var listener = Peer.Listen();
        await using var slave = await Replica.SlaveAsync();
        await slave.Service.FollowAsync($"127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndPoint!).Port}");
        for (var i = 0; i < 2; i++)
        {
            using var master = await Peer.AcceptAsync(listener);
            await master.ReadReportAsync();
            await master.FrameAsync(0, new byte[1000]);
            await master.ClosedAsync();
        }

        Assert.Equal(0, slave.End);
        await slave.Log.SaidOnceAsync("is no log");
    }

    private static Action<BrokerOptions> Quick => options => options.Replication.HaSendHeartbeatInterval = 50;

    /// <summary>Two logs that begin with the same messages: the old master went on alone, and so did the new one.</summary>
    /// <returns>Where they part.</returns>
    private async Task<long> ForkAsync(int common, int lost, int won)
    {
        var fork = 0L;
        await WithMasterAsync(_old, old =>
        {
            old.PutMany(common, "common");
            fork = old.End;
        });
        _new.CopyFrom(_old.Path);
        await WithMasterAsync(_old, old => old.PutMany(lost, "lost"));
        await WithMasterAsync(_new, other => other.PutMany(won, "won"));
        return fork;
    }

    private static async Task WithMasterAsync(TempDirectory directory, Action<Replica> use)
    {
        await using var master = await Replica.MasterAsync(directory: directory);
        use(master);
    }

    private byte[] KeptTail(long from)
    {
        var kept = Assert.Single(Directory.GetDirectories(_old["diverged"]));
        Assert.EndsWith($"-{from:D20}", kept, StringComparison.Ordinal);
        var bytes = new MemoryStream();
        foreach (var file in Directory.GetFiles(kept).Order(StringComparer.Ordinal))
        {
            Assert.Equal(from + bytes.Length, long.Parse(Path.GetFileName(file), System.Globalization.CultureInfo.InvariantCulture));
            bytes.Write(File.ReadAllBytes(file));
        }

        // Files that went as a whole keep their size; behind the log's end there are zeros.
        return bytes.ToArray();
    }

    private static void AssertIndexed(Replica master, Replica slave)
    {
        var theirs = master.Store.Query("TopicTest", "k", 1000, 0, long.MaxValue);
        var ours = slave.Store.Query("TopicTest", "k", 1000, 0, long.MaxValue);
        Assert.NotEmpty(theirs.Records);
        Assert.Equal(theirs.Records, ours.Records);
    }
}
