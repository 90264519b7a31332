using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class BackPressureTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_full_queue_answers_SYSTEM_BUSY(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var work = Enumerable.Range(0, 2).Select(_ => peers.InvokeAsync(client, Peers.Queued).AsTask()).ToList();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await peers.Entered.WaitAsync(Peers.Patience));
        }

        work.AddRange(Enumerable.Range(0, peers.Queue.Capacity).Select(_ => peers.InvokeAsync(client, Peers.Queued).AsTask()));
        var refused = await peers.InvokeAsync(client, Peers.Queued);
        Assert.Equal(ResponseCode.SystemBusy, refused.ResponseCode);
        Assert.Equal("[OVERLOAD]system busy, start flow control for a while", refused.Remark);
        Assert.Equal(peers.Queue.Capacity, peers.Queue.Waiting);

        peers.Gate.SetResult();
        Assert.All(await Task.WhenAll(work), answer => Assert.Equal(ResponseCode.Success, answer.ResponseCode));
        Assert.Equal(0, peers.Queue.Waiting);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_peer_that_never_reads_is_not_read_either_and_memory_stays_bounded(TransportKind transport)
    {
        const int HighWaterMark = 256 * 1024;
        await using var peers = await Peers.StartAsync(transport, null, o => new RemotingServerOptions
        {
            EndPoint = o.EndPoint,
            Transport = o.Transport,
            OutputHighWaterMark = HighWaterMark,
            OutputLimit = 4 * 1024 * 1024,
        });
        RemotingConnection? seen = null;
        peers.Server.ConnectionOpened += connection => seen = connection;
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        peer.Socket.SendTimeout = 1;
        var frame = RawPeer.Frame(Peers.Echo, 1, new byte[8 * 1024]);
        const int Requests = 4_000; // 32 MB of answers

        // Sending blocks when the server stops reading; the receiver starts only then.
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Requests; i++)
            {
                await peer.SendAsync(frame);
            }
        });
        while (seen is null || !seen.IsPaused)
        {
            await Task.Yield();
        }

        Assert.False(seen.IsWritable);
        Assert.False(sending.IsCompleted);
        for (var i = 0; i < Requests; i++)
        {
            Assert.Equal(8 * 1024, (await peer.ReceiveAsync())!.Body.Length);
        }

        await sending;
        Assert.True(seen.IsOpen);
        Assert.True(seen.IsWritable);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_peer_that_takes_nothing_is_closed_at_the_hard_limit(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport, null, o => new RemotingServerOptions
        {
            EndPoint = o.EndPoint,
            Transport = o.Transport,
            OutputHighWaterMark = 64 * 1024,
            OutputLimit = 1024 * 1024,
        });
        var closed = new TaskCompletionSource<RemotingConnection>();
        peers.Server.ConnectionClosed += closed.SetResult;
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        await peer.SendAsync(RawPeer.Frame(Peers.Hold));
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        Assert.True(peers.Held.TryTake(out var responder));
        var body = new byte[256 * 1024];
        for (var i = 0; i < 1000 && responder.Connection.IsOpen; i++)
        {
            new Responder(responder.Connection, responder.Request).Reply(ResponseCode.Success, default(EmptyHeader), null, body);
        }

        Assert.False(responder.Connection.IsOpen);
        Assert.Same(responder.Connection, await closed.Task.WaitAsync(Peers.Patience));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_connection_found_congested_when_its_output_has_left_already_is_read_on(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var opened = new TaskCompletionSource<RemotingConnection>();
        peers.Server.ConnectionOpened += opened.SetResult;
        var client = peers.Client();
        await peers.InvokeAsync(client, Peers.Echo, [1]);
        var connection = await opened.Task.WaitAsync(Peers.Patience);

        connection.Congested(5 * 1024 * 1024); // what a thread does that was interrupted between its write and the look at the mark

        Assert.Equal([2], (await peers.InvokeAsync(client, Peers.Echo, [2])).Body.ToArray());
        Assert.False(connection.IsPaused);
    }

    [Fact]
    public void Limits_that_no_connection_could_work_with_are_refused_by_name()
    {
        RemotingServerOptions[] wrong =
        [
            new() { EndPoint = new(0, 0), AsyncPermits = 0 },
            new() { EndPoint = new(0, 0), OneWayPermits = -1 },
            new() { EndPoint = new(0, 0), IdleTimeout = TimeSpan.Zero },
            new() { EndPoint = new(0, 0), MaxFrameLength = 3 },
            new() { EndPoint = new(0, 0), OutputLimit = 1024 },
        ];

        Assert.Equal(
            ["AsyncPermits", "OneWayPermits", "IdleTimeout", "MaxFrameLength", "OutputLimit"],
            wrong.Select(options => Assert.Throws<ArgumentException>(options.ToLimits).Message.Split(' ')[2]));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_client_waits_with_more_requests_until_the_server_takes_them(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client(options: new RemotingClientOptions
        {
            Transport = transport,
            OutputHighWaterMark = 128 * 1024,
            OutputLimit = 1024 * 1024,
        });
        var body = new byte[32 * 1024];
        var calls = Enumerable.Range(0, 1000).Select(_ => peers.InvokeAsync(client, Peers.Echo, body).AsTask()).ToArray();
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal(body.Length, answer.Body.Length));
        Assert.Equal(1, peers.Server.ConnectionCount);
    }
}
