using System.Security.Authentication;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests.Tls;

public sealed class HostileHandshakeTests
{
    /// <summary>The head of a ClientHello record of 512 bytes, which does not follow.</summary>
    private static readonly byte[] RecordHead = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];

    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task Garbage_behind_the_first_byte_closes_the_connection_only(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        var client = peers.Client();
        await peers.Peers.InvokeAsync(client, Peers.Echo);
        var random = new Random(7);
        for (var i = 0; i < 30; i++)
        {
            using var peer = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
            var garbage = new byte[random.Next(20, 40_000)];
            random.NextBytes(garbage);
            garbage[0] = 0x16;
            (garbage[1], garbage[3], garbage[4]) = (i % 2 == 0 ? (byte)3 : garbage[1], 0, 15); // a short record, whole
            await peer.SendAsync(garbage);
            Assert.True(await peer.IsClosedByServerAsync());
        }

        Assert.Equal(ResponseCode.Success, (await peers.Peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
        Assert.Single(peers.Log.Of(1506));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_handshake_that_takes_too_long_is_closed(TransportKind transport)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions { MaxHandshakes = 1 }, clock);
        using var peer = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
        await peer.SendAsync(RecordHead[..1]);
        await RefusedAsync(peers);
        for (var i = 1; i < RecordHead.Length; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1)); // a byte per second keeps nothing alive
            await peer.SendAsync(RecordHead[i]);
        }

        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(await peer.IsClosedByServerAsync());
        await ServedAgainAsync(peers);
        Assert.Contains(peers.Log.Of(1506), line => line.Contains("it was not done within 10 s"));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_peer_that_leaves_in_the_middle_gives_its_place_back(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions { MaxHandshakes = 1 });
        foreach (var reset in new[] { false, true })
        {
            using var peer = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
            await peer.SendAsync(RecordHead);
            await RefusedAsync(peers);
            if (reset)
            {
                peer.Reset();
            }
            else
            {
                peer.Dispose();
            }

            await ServedAgainAsync(peers);
        }

        Assert.NotEmpty(peers.Log.Of(1508));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_handshake_in_pieces_of_one_byte_succeeds(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        using var socket = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
        await using var stream = new System.Net.Security.SslStream(new OneByteStream(new System.Net.Sockets.NetworkStream(socket.Socket)));
        await stream.AuthenticateAsClientAsync(TlsModeTests.Anything(SslProtocols.Tls13));
        await stream.WriteAsync(RawPeer.Frame(Peers.Echo, 5, new byte[1000]));
        Assert.True(await stream.ReadAsync(new byte[2000]).AsTask().WaitAsync(Peers.Patience) > 0);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Broken_records_after_the_handshake_close_the_connection(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
        var stream = new System.Net.Security.SslStream(new System.Net.Sockets.NetworkStream(peer.Socket), leaveInnerStreamOpen: true);
        await stream.AuthenticateAsClientAsync(TlsModeTests.Anything(SslProtocols.Tls13));
        await stream.WriteAsync(RawPeer.Frame(Peers.Echo, 5));
        Assert.True(await stream.ReadAsync(new byte[2000]).AsTask().WaitAsync(Peers.Patience) > 0);
        await peer.SendAsync([0x17, 3, 3, 0, 40, .. new byte[40]]);
        while (!await peer.IsClosedByServerAsync())
        {
            // an alert may come first
        }

        Assert.Equal(ResponseCode.Success, (await peers.Peers.InvokeAsync(peers.Client(), Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Two_hundred_connections_at_once_shake_hands(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await using var stream = await TlsModeTests.ConnectAsync(peers);
            await stream.AuthenticateAsClientAsync(TlsModeTests.Anything(i % 2 == 0 ? SslProtocols.Tls12 : SslProtocols.Tls13));
            await stream.WriteAsync(RawPeer.Frame(Peers.Echo, i));
            Assert.True(await stream.ReadAsync(new byte[2000]).AsTask().WaitAsync(Peers.Patience) > 0);
        }));
    }

    /// <summary>Waits until the one place for a handshake is taken, and sees the next one refused.</summary>
    private static async Task RefusedAsync(TlsPeers peers)
    {
        await UnderWayAsync(peers, 1);
        using var other = await RawPeer.ConnectAsync(peers.Peers.Server.EndPoint);
        await other.SendAsync(RecordHead);
        Assert.True(await other.IsClosedByServerAsync());
        Assert.Equal(1, peers.Server.UnderWay);
    }

    private static async Task ServedAgainAsync(TlsPeers peers)
    {
        await UnderWayAsync(peers, 0);
        await using var stream = await TlsModeTests.ConnectAsync(peers);
        await stream.AuthenticateAsClientAsync(TlsModeTests.Anything(SslProtocols.Tls13)).WaitAsync(Peers.Patience);
        await UnderWayAsync(peers, 0);
    }

    private static async Task UnderWayAsync(TlsPeers peers, int wanted)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (peers.Server.UnderWay != wanted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Peers.Patience);
            await Task.Yield();
        }
    }

    /// <summary>Writes byte by byte.</summary>
    private sealed class OneByteStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < buffer.Length; i++)
            {
                await inner.WriteAsync(buffer.Slice(i, 1), cancellationToken);
                await Task.Yield();
            }
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
