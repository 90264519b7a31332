using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Replication;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>Peers on the HA port that are no slaves, or bad ones: each is closed with a sentence, and disturbs nobody.</summary>
public sealed class HostilePeerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(long.MinValue, "which is no offset")]
    [InlineData(-1, "which is no offset")]
    [InlineData(long.MaxValue, "but this log ends at")]
    [InlineData(0x474554202F204854, "but this log ends at")] // GET / HT
    public async Task A_request_that_makes_no_sense_ends_the_connection(long request, string sentence)
    {
        await using var master = await Replica.MasterAsync(clock: _clock);
        master.PutMany(3);
        using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
        await peer.ReportAsync(request);
        await peer.ClosedAsync();
        await master.Log.SaidOnceAsync(sentence);
        Assert.Empty(master.Service.Status.Slaves);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(999)]
    [InlineData(long.MinValue)]
    public async Task A_report_that_goes_back_ends_the_connection(long report)
    {
        await using var master = await Replica.MasterAsync(clock: _clock);
        master.PutMany(3);
        using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
        await peer.ReportAsync(1000);
        await peer.ReadDataAsync();
        await peer.ReportAsync(report);
        await peer.ClosedAsync();
        await master.Log.SaidOnceAsync("it is no slave of this log");
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_closed()
    {
        await using var master = await Replica.MasterAsync(clock: _clock);
        using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves.Count == 1, "connected");
        await AdvanceAsync(TimeSpan.FromSeconds(22));
        await peer.ClosedAsync();
        await master.Log.SaidOnceAsync("has not asked for anything within 20 s");
    }

    [Fact]
    public async Task A_slave_that_falls_silent_is_closed()
    {
        await using var master = await Replica.MasterAsync(clock: _clock);
        using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
        await peer.ReportAsync(0);
        await peer.ReadFrameAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(22));
        await peer.ClosedAsync();
        await master.Log.SaidOnceAsync("it has said nothing for 20 s");
    }

    [Fact]
    public async Task A_slave_that_reports_but_reads_nothing_is_closed()
    {
        await using var master = await Replica.MasterAsync(clock: _clock, adjust: options => options.Store.MapedFileSizeCommitLog = 64 * 1024 * 1024);
        master.PutMany(20_000); // more than the sockets buffer
        using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
        await peer.ReportAsync(1);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves is [{ SentOffset: > 1 }], "sending");
        await TestBroker.EventuallyAsync(
            () =>
            {
                // Time passes for both; only the reading is missing. A report that cannot be sent any more is the end that is waited for.
                _clock.Advance(TimeSpan.FromSeconds(1));
                _ = peer.ReportAsync(1).ContinueWith(static sent => sent.Exception, TaskScheduler.Default);
                return master.Service.Status.Slaves.Count == 0;
            },
            "closed");
        await master.Log.SaidOnceAsync("it has read nothing for 20 s");
    }

    [Fact]
    public async Task Strangers_take_no_slaves_place()
    {
        await using var master = await Replica.MasterAsync(clock: _clock);
        var peers = new List<Peer>();
        try
        {
            for (var i = 0; i < SlaveListener.MaxConnections + 10; i++)
            {
                peers.Add(await Peer.ConnectAsync(master.Service.EndPoint));
            }

            await TestBroker.EventuallyAsync(() => master.Log.Count("connected") >= peers.Count, "accepted");
            using var slave = await Peer.ConnectAsync(master.Service.EndPoint);
            await slave.ReportAsync(0);
            master.PutMany(1);
            Assert.Equal(0, (await slave.ReadDataAsync()).Offset);
            Assert.InRange(master.Service.Status.Slaves.Count, 1, SlaveListener.MaxConnections);
            await peers[0].ClosedAsync();
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    [Fact]
    public async Task More_slaves_than_fit_are_turned_away_with_one_sentence()
    {
        await using var master = await Replica.MasterAsync(clock: _clock);
        var peers = new List<Peer>();
        try
        {
            for (var i = 0; i < SlaveListener.MaxConnections; i++)
            {
                peers.Add(await Peer.ConnectAsync(master.Service.EndPoint));
                await peers[^1].ReportAsync(0);
                await peers[^1].ReadFrameAsync();
            }

            for (var i = 0; i < 3; i++)
            {
                using var more = await Peer.ConnectAsync(master.Service.EndPoint);
                await more.ClosedAsync();
            }

            Assert.Equal(SlaveListener.MaxConnections, master.Service.Status.Slaves.Count);
            await master.Log.SaidOnceAsync("slaves are connected");
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    [Fact]
    public async Task Bad_peers_do_not_disturb_a_slave()
    {
        await using var master = await Replica.MasterAsync(synchronous: true);
        await using var slave = await Replica.SlaveAsync();
        await slave.Service.FollowAsync(master.Address);
        await TestBroker.EventuallyAsync(() => master.Service.Status.Slaves is [{ State: not SlaveState.Silent }], "the slave is there");
        var random = new Random(4711);
        for (var i = 0; i < 50; i++)
        {
            var garbage = new byte[random.Next(1, 200)];
            random.NextBytes(garbage);
            using var peer = await Peer.ConnectAsync(master.Service.EndPoint);
            await peer.SendAsync(garbage);
            Assert.Equal(Storage.PutStatus.Ok, await master.PutAndWaitAsync());
        }

        await slave.EventuallyEqualsAsync(master);
    }

    // In steps, so that every timer on the way comes due in its turn.
    private async Task AdvanceAsync(TimeSpan time)
    {
        for (var step = TimeSpan.Zero; step < time; step += TimeSpan.FromMilliseconds(500))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
    }
}
