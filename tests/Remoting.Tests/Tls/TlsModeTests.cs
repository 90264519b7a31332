using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests.Tls;

public sealed class TlsModeTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_permissive_server_serves_plain_and_TLS_clients_on_one_port(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        foreach (var client in new[] { peers.PlainClient(), peers.Client() })
        {
            var answer = await peers.Peers.InvokeAsync(client, Peers.Echo, [1, 2, 3]);
            Assert.Equal(ResponseCode.Success, answer.ResponseCode);
            Assert.Equal([1, 2, 3], answer.Body.ToArray());
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task An_enforcing_server_closes_plain_connections_and_says_why_once(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions { Mode = TlsMode.Enforcing });
        for (var i = 0; i < 5; i++)
        {
            using var peer = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
            await peer.SendAsync(RawPeer.Frame(Peers.Echo));
            Assert.True(await peer.IsClosedByServerAsync());
        }

        Assert.Contains("does not speak TLS", Assert.Single(peers.Log.Of(1507)));
        var answer = await peers.Peers.InvokeAsync(peers.Client(), Peers.Echo, [4]);
        Assert.Equal([4], answer.Body.ToArray());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_disabled_server_closes_TLS_connections_and_says_why(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions { Mode = TlsMode.Disabled });
        var failure = await Assert.ThrowsAsync<RemotingConnectException>(
            async () => await peers.Peers.InvokeAsync(peers.Client(), Peers.Echo));
        Assert.Contains("the TLS handshake failed: the peer closed the connection", failure.Message);
        Assert.Contains("TLS is disabled here", Assert.Single(peers.Log.Of(1507)));
        Assert.Equal(ResponseCode.Success, (await peers.Peers.InvokeAsync(peers.PlainClient(), Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Both_TLS_versions_are_spoken_and_older_ones_refused(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions { Mode = TlsMode.Enforcing });
        foreach (var version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            await using var stream = await ConnectAsync(peers);
            await stream.AuthenticateAsClientAsync(Anything(version));
            await stream.WriteAsync(RawPeer.Frame(Peers.Echo, 9));
            Assert.True(await stream.ReadAsync(new byte[100]).AsTask().WaitAsync(Peers.Patience) > 0);
            Assert.Equal(version, stream.SslProtocol);
        }

#pragma warning disable SYSLIB0039, CA5397 // The point is that it is refused.
        await using var old = await ConnectAsync(peers);
        await Assert.ThrowsAnyAsync<Exception>(() => old.AuthenticateAsClientAsync(Anything(SslProtocols.Tls11)));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Large_frames_go_both_ways_and_many_at_once(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        var client = peers.Client();
        var calls = Enumerable.Range(0, 40).Select(async i =>
        {
            var body = new byte[(i * 50_000) + i];
            new Random(i).NextBytes(body);
            var answer = await peers.Peers.InvokeAsync(client, Peers.Echo, body);
            Assert.True(answer.Body.Span.SequenceEqual(body));
        });
        await Task.WhenAll(calls);
        Assert.Equal(1, peers.Peers.Server.ConnectionCount);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_server_calls_its_TLS_client(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        var connected = new TaskCompletionSource<RemotingConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        peers.Peers.Server.ConnectionOpened += connection => connected.TrySetResult(connection);
        var client = peers.Client();
        await peers.Peers.InvokeAsync(client, Peers.Echo);
        var answer = await (await connected.Task).InvokeAsync(Peers.Request(Peers.Unknown), Peers.Patience, CancellationToken.None);
        Assert.Equal(ResponseCode.RequestCodeNotSupported, answer.ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Requests_right_behind_the_handshake_are_served(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        for (var i = 0; i < 20; i++)
        {
            await using var stream = await ConnectAsync(peers);
            await stream.AuthenticateAsClientAsync(Anything(SslProtocols.Tls13));
            await stream.WriteAsync(RawPeer.Frame(Peers.Echo, i, new byte[200_000]));
            var received = 0;
            var buffer = new byte[65536];
            while (received < 200_000)
            {
                var n = await stream.ReadAsync(buffer).AsTask().WaitAsync(Peers.Patience);
                Assert.NotEqual(0, n);
                received += n;
            }
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_server_that_stops_answers_what_is_in_work_and_says_farewell(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        var client = peers.Client();
        var waiting = peers.Peers.InvokeAsync(client, Peers.Queued, new byte[300_000]);
        await using var idle = await ConnectAsync(peers);

        // In 1.2 the server has the last word of the handshake: nothing of the client is on its way when the server closes.
        await idle.AuthenticateAsClientAsync(Anything(SslProtocols.Tls12));
        Assert.True(await peers.Peers.Entered.WaitAsync(Peers.Patience));
        var stopped = peers.Peers.Server.StopAsync(CancellationToken.None);
        peers.Peers.Gate.SetResult();
        Assert.Equal(300_000, (await waiting).Body.Length);
        await stopped.WaitAsync(Peers.Patience);
        Assert.Equal(0, await idle.ReadAsync(new byte[1]).AsTask().WaitAsync(Peers.Patience));
    }

    internal static async Task<SslStream> ConnectAsync(TlsPeers peers)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(peers.Peers.Server.EndPoint);
        return new SslStream(new NetworkStream(socket, ownsSocket: true));
    }

    internal static SslClientAuthenticationOptions Anything(SslProtocols version) => new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = version,
#pragma warning disable CA5359 // The certificate is not the point here.
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
    };
}
