using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class LifecycleTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_refused_connection_fails_with_the_address(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var free = FreePort();
        var failure = await Assert.ThrowsAsync<RemotingConnectException>(() => peers.Client().InvokeAsync(
            $"127.0.0.1:{free}", Peers.Request(Peers.Echo), Peers.Patience, CancellationToken.None).AsTask());
        Assert.Contains($"127.0.0.1:{free}", failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_connection_that_nobody_accepts_times_out(TransportKind transport)
    {
        var clock = new FakeTimeProvider();
        await using var peers = await Peers.StartAsync(transport, clock);

        // A full backlog: the system neither accepts nor refuses.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(1);
        var fill = new List<Socket>();
        Task filling;
        do
        {
            fill.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            filling = fill[^1].ConnectAsync(silent.LocalEndPoint!);
            await Task.WhenAny(filling, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        }
        while (filling.IsCompletedSuccessfully && fill.Count < 10);

        var client = peers.Client();
        var attempt = client.ConnectAsync(silent.LocalEndPoint!.ToString()!, CancellationToken.None).AsTask();
        while (!attempt.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAsync<RemotingConnectException>(() => attempt);
        Assert.Contains("3000 ms", failure.Message, StringComparison.Ordinal);
        fill.ForEach(socket => socket.Dispose());
        await Assert.ThrowsAnyAsync<SocketException>(() => filling);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("host:")]
    [InlineData(":10911")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("no-such-host.invalid:10911")]
    public async Task An_address_that_is_none_is_said_so(string address)
    {
        await using var peers = await Peers.StartAsync(TransportKind.Auto);
        var failure = await Assert.ThrowsAsync<RemotingConnectException>(
            () => peers.Client().ConnectAsync(address, CancellationToken.None).AsTask());
        Assert.Contains(address, failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_host_name_is_resolved_to_an_address_that_answers(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var answer = await peers.Client().InvokeAsync(
            $"localhost:{peers.Server.EndPoint.Port}", Peers.Request(Peers.Echo), Peers.Patience, CancellationToken.None);
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Concurrent_callers_share_one_connection(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var opened = 0;
        peers.Server.ConnectionOpened += _ => Interlocked.Increment(ref opened);
        var client = peers.Client();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => peers.InvokeAsync(client, Peers.Echo).AsTask())));
        Assert.Equal(1, opened);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Calls_fail_at_once_when_the_peer_goes_and_a_new_connection_is_made(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var closed = new TaskCompletionSource<RemotingConnection>();
        client.ConnectionClosed += closed.SetResult;
        var call = peers.InvokeAsync(client, Peers.Hold).AsTask();
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        Assert.True(peers.Held.TryTake(out var responder));
        await responder.Connection.CloseAsync();
        await Assert.ThrowsAsync<RemotingSendException>(() => call);
        Assert.False((await closed.Task.WaitAsync(Peers.Patience)).IsOpen);
        responder.Reply(ResponseCode.Success); // to nobody
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_connection_is_reported_closed_exactly_once_however_it_ends(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var ends = new System.Collections.Concurrent.ConcurrentDictionary<RemotingConnection, int>();
        using var ended = new SemaphoreSlim(0);
        peers.Server.ConnectionClosed += connection =>
        {
            ends.AddOrUpdate(connection, 1, (_, count) => count + 1);
            ended.Release();
        };
        for (var i = 0; i < 30; i++)
        {
            using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
            await peer.SendAsync(RawPeer.Frame(Peers.Echo));
            Assert.NotNull(await peer.ReceiveAsync());
            switch (i % 3)
            {
                case 0:
                    peer.Reset();
                    break;
                case 1:
                    peer.Socket.Shutdown(SocketShutdown.Send); // end of stream; the server closes its half too
                    Assert.True(await peer.IsClosedByServerAsync());
                    break;
                default:
                    await peer.SendAsync(0xFF, 0xFF, 0xFF, 0xFF); // garbage and a farewell at once
                    break;
            }
        }

        for (var i = 0; i < 30; i++)
        {
            Assert.True(await ended.WaitAsync(Peers.Patience));
        }

        Assert.Equal(30, ends.Count);
        Assert.All(ends, end => Assert.Equal(1, end.Value));
        Assert.Equal(0, peers.Server.ConnectionCount);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_silent_connection_is_closed_and_a_busy_one_is_not(TransportKind transport)
    {
        var clock = new FakeTimeProvider();
        await using var peers = await Peers.StartAsync(transport, clock);
        var closed = new TaskCompletionSource<RemotingConnection>();
        peers.Server.ConnectionClosed += connection => closed.TrySetResult(connection);
        using var silent = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        await silent.SendAsync(RawPeer.Frame(Peers.Echo));
        Assert.NotNull(await silent.ReceiveAsync());
        using var busy = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        for (var i = 0; i < 13; i++)
        {
            await busy.SendAsync(RawPeer.Frame(Peers.Echo));
            Assert.NotNull(await busy.ReceiveAsync());
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        var gone = await closed.Task.WaitAsync(Peers.Patience);
        Assert.Equal(silent.Socket.LocalEndPoint!.ToString(), gone.RemoteAddress);
        Assert.True(await silent.IsClosedByServerAsync());
        await busy.SendAsync(RawPeer.Frame(Peers.Echo));
        Assert.NotNull(await busy.ReceiveAsync());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Disposing_a_client_in_the_middle_of_traffic_fails_its_calls(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var calls = Enumerable.Range(0, 500)
            .Select(i => peers.InvokeAsync(client, i % 2 == 0 ? Peers.Hold : Peers.Echo).AsTask()).ToArray();
        await peers.InvokeAsync(client, Peers.Echo);
        await client.DisposeAsync();
        await Task.WhenAny(Task.WhenAll(calls));
        Assert.All(calls.Where(call => call.IsFaulted), call => Assert.IsType<RemotingSendException>(call.Exception!.InnerException));
        Assert.Equal(250, calls.Count(call => call.IsFaulted));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => peers.InvokeAsync(client, Peers.Echo).AsTask());
        await client.DisposeAsync();
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_stopping_server_finishes_requests_in_work_and_refuses_new_ones(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var inWork = peers.InvokeAsync(client, Peers.Queued, [1]).AsTask();
        Assert.True(await peers.Entered.WaitAsync(Peers.Patience));
        var stop = peers.Server.StopAsync(CancellationToken.None);
        RemotingCommand refused;
        do
        {
            refused = await peers.InvokeAsync(client, Peers.Echo); // until the listener has closed
        }
        while (refused.ResponseCode == ResponseCode.Success);

        Assert.Equal(ResponseCode.SystemBusy, refused.ResponseCode);
        Assert.False(stop.IsCompleted);
        peers.Gate.SetResult();
        Assert.Equal([1], (await inWork).Body.ToArray());
        await stop.WaitAsync(Peers.Patience);
        await Assert.ThrowsAnyAsync<RemotingException>(() => peers.InvokeAsync(client, Peers.Echo).AsTask());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_stopping_server_waits_for_one_way_requests_too(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        await peers.Client().SendOneWayAsync(peers.Address, Peers.Request(Peers.Queued), Peers.Patience, CancellationToken.None);
        Assert.True(await peers.Entered.WaitAsync(Peers.Patience));
        var stop = peers.Server.StopAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(stop.IsCompleted);
        peers.Gate.SetResult();
        await stop.WaitAsync(Peers.Patience);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_stopping_server_gives_up_after_the_grace_period_and_cancels_its_handlers(TransportKind transport)
    {
        var clock = new FakeTimeProvider();
        await using var peers = await Peers.StartAsync(transport, clock);
        var client = peers.Client();
        var inWork = peers.InvokeAsync(client, Peers.Queued).AsTask();
        Assert.True(await peers.Entered.WaitAsync(Peers.Patience));
        var stop = peers.Server.StopAsync(CancellationToken.None);
        while (!stop.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await stop;
        await Task.WhenAny(inWork);
        Assert.True(inWork.IsFaulted || (await inWork).ResponseCode == ResponseCode.SystemError);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_taken_port_is_named_in_one_sentence(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var options = new RemotingServerOptions { EndPoint = peers.Server.EndPoint, Transport = transport };
        await using var second = new RemotingServer(options, peers.Dispatcher, TimeProvider.System, NullLoggerFactory.Instance);
        var failure = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(CancellationToken.None));
        Assert.Equal(
            $"Cannot listen on {peers.Address}: port {peers.Server.EndPoint.Port} is taken by another process; stop it or choose another port.",
            failure.Message);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_thousand_connections_leave_no_descriptor_behind(TransportKind transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors are counted in /proc.");
        await using var peers = await Peers.StartAsync(transport);
        var closed = 0;
        peers.Server.ConnectionClosed += _ => Interlocked.Increment(ref closed);
        var client = peers.Client();
        await peers.InvokeAsync(client, Peers.Echo);
        await client.CloseAsync(peers.Address);
        var before = DescriptorsOf(peers.Server.EndPoint.Port);
        for (var i = 0; i < 1000; i++)
        {
            var answer = await peers.InvokeAsync(client, Peers.Echo, [(byte)i]);
            Assert.Equal((byte)i, answer.Body.Span[0]);
            await client.CloseAsync(peers.Address);
        }

        while (Volatile.Read(ref closed) < 1001)
        {
            await Task.Yield();
        }

        Assert.Equal(before, DescriptorsOf(peers.Server.EndPoint.Port));
    }

    /// <summary>Sockets that this process holds with the given port at either end; other tests have other ports.</summary>
    private static int DescriptorsOf(int port)
    {
        var hex = $":{port:X4} ";
        var inodes = File.ReadLines("/proc/self/net/tcp").Skip(1).Where(line => line.Contains(hex, StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9]).Where(inode => inode != "0").ToHashSet();
        return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(entry =>
            new FileInfo(entry).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal)
            && inodes.Contains(target[8..^1]));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
