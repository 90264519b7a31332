using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class RequestQueueTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Requests_that_waited_too_long_are_refused_and_younger_ones_are_worked_on()
    {
        await using var peers = new Peers(TransportKind.Stock, queueClock: _clock);
        await peers.Server.StartAsync(TestContext.Current.CancellationToken);
        var working = new[] { Ask(peers), Ask(peers) };
        await peers.Entered.WaitAsync(TestContext.Current.CancellationToken);
        await peers.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var old = Ask(peers);
        await WaitingAsync(peers.Queue, 1);
        _clock.Advance(TimeSpan.FromMilliseconds(150));
        var young = Ask(peers);
        await WaitingAsync(peers.Queue, 2);
        _clock.Advance(TimeSpan.FromMilliseconds(60));

        Assert.Equal(TimeSpan.FromMilliseconds(210), peers.Queue.HeadWait);
        var refused = peers.Queue.RefuseOlderThan(TimeSpan.FromMilliseconds(200), (waited, behind) => $"{waited.TotalMilliseconds} {behind}");

        Assert.Equal(1, refused);
        Assert.Equal((ResponseCode.SystemBusy, "210 1"), ((await old).ResponseCode, (await old).Remark));
        Assert.Equal(TimeSpan.FromMilliseconds(60), peers.Queue.HeadWait);
        peers.Gate.SetResult();
        Assert.All(await Task.WhenAll([.. working, young]), answer => Assert.Equal(ResponseCode.Success, answer.ResponseCode));
        Assert.Equal((0, TimeSpan.Zero), (peers.Queue.Waiting, peers.Queue.HeadWait));
    }

    [Fact]
    public void An_empty_queue_has_nothing_to_refuse()
    {
        var queue = new RequestQueue("q", 1, 1, _clock);

        Assert.Equal(0, queue.RefuseOlderThan(TimeSpan.Zero, (_, _) => "never"));
    }

    private static Task<RemotingCommand> Ask(Peers peers) => peers.InvokeAsync(peers.Client(), Peers.Queued).AsTask();

    private static async Task WaitingAsync(RequestQueue queue, int count)
    {
        while (queue.Waiting != count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
