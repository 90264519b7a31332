using System.Buffers.Binary;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class HostileInputTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_frame_cut_at_any_byte_is_put_together_again(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        var frame = RawPeer.Frame(Peers.Echo, 77, [1, 2, 3, 4, 5]);
        for (var cut = 1; cut < frame.Length; cut++)
        {
            await peer.SendAsync(frame[..cut]);
            await Task.Yield();
            await peer.SendAsync(frame[cut..]);
            var answer = await peer.ReceiveAsync();
            Assert.Equal(77, answer!.Opaque);
            Assert.Equal([1, 2, 3, 4, 5], answer.Body.ToArray());
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Many_frames_in_one_packet_are_all_answered_in_order(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        await peer.SendAsync([.. Enumerable.Range(0, 500).SelectMany(i => RawPeer.Frame(Peers.Echo, i))]);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(i, (await peer.ReceiveAsync())!.Opaque);
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task An_oversize_frame_closes_only_the_connection_that_sent_it(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport, null, o => Copy(o, maxFrame: 1024));
        var client = peers.Client();
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        await peer.SendAsync(RawPeer.Frame(Peers.Echo, 1, new byte[1024]));
        Assert.True(await peer.IsClosedByServerAsync());
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
        Assert.Equal(1, peers.Server.ConnectionCount);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_frame_of_exactly_the_limit_is_served(TransportKind transport)
    {
        var frame = RawPeer.Frame(Peers.Echo, 1, new byte[700]);
        await using var peers = await Peers.StartAsync(transport, null, o => Copy(o, maxFrame: frame.Length));
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        await peer.SendAsync(frame);
        Assert.NotNull(await peer.ReceiveAsync());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16 * 1024 * 1024)]
    public async Task A_lying_length_closes_the_connection(int length)
    {
        foreach (var transport in Peers.Transports.Select(row => row.Data))
        {
            await using var peers = await Peers.StartAsync(transport);
            using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, length);
            await peer.SendAsync(bytes);
            Assert.True(await peer.IsClosedByServerAsync());
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_header_length_beyond_the_frame_closes_the_connection(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        var frame = RawPeer.Frame(Peers.Echo);
        frame[5] = 0x7F;
        await peer.SendAsync(frame);
        Assert.True(await peer.IsClosedByServerAsync());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_claimed_length_reserves_no_memory(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var before = GC.GetTotalAllocatedBytes(true);
        var greedy = new List<RawPeer>();
        for (var i = 0; i < 20; i++)
        {
            var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
            greedy.Add(peer);
            await peer.SendAsync(0x00, 0xFF, 0xFF, 0x00, 0, 0, 0, 20);
        }

        await peers.InvokeAsync(peers.Client(), Peers.Echo);
        Assert.InRange(GC.GetTotalAllocatedBytes(true) - before, 0, 16 * 1024 * 1024); // twenty times 16 MiB were claimed
        greedy.ForEach(peer => peer.Dispose());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Random_bytes_harm_nobody_else(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var random = new Random(20181128);
        for (var round = 0; round < 150; round++)
        {
            using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
            var bytes = RawPeer.Frame(Peers.Echo, round, new byte[random.Next(200)]);
            for (var flips = random.Next(1, 12); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (round % 3 == 0)
            {
                random.NextBytes(bytes);
            }

            try
            {
                await peer.SendAsync(bytes[..random.Next(1, bytes.Length)]);
                await peer.SendAsync(bytes);
            }
            catch (System.Net.Sockets.SocketException)
            {
                Assert.True(await peer.IsClosedByServerAsync());
            }

            if (round % 2 == 0)
            {
                peer.Reset();
            }

            var answer = await peers.InvokeAsync(client, Peers.Echo, [(byte)round]);
            Assert.Equal([(byte)round], answer.Body.ToArray());
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task An_unknown_code_is_refused_by_name(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        foreach (var code in new[] { 9999, -5, int.MaxValue, (int)Peers.Unknown })
        {
            await peer.SendAsync(RawPeer.Frame((RequestCode)code, 3));
            var answer = await peer.ReceiveAsync();
            Assert.Equal(ResponseCode.RequestCodeNotSupported, answer!.ResponseCode);
            Assert.Contains(code.ToString(), answer.Remark, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_failing_handler_answers_SYSTEM_ERROR_and_the_connection_lives_on(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var answer = await peers.InvokeAsync(client, Peers.Throw);
        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.Contains("no luck today", answer.Remark, StringComparison.Ordinal);
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task An_answer_that_nobody_waits_for_is_dropped(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        var stray = RemotingCommand.Response(ResponseCode.Success);
        stray.Opaque = 42;
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Rocketeer.Protocol.Codec.CommandEncoder.Write(output, stray);
        await peer.SendAsync(output.WrittenSpan.ToArray());
        await peer.SendAsync(RawPeer.Frame(Peers.Echo, 5));
        Assert.Equal(5, (await peer.ReceiveAsync())!.Opaque);
    }

    private static RemotingServerOptions Copy(RemotingServerOptions options, int maxFrame) =>
        new() { EndPoint = options.EndPoint, Transport = options.Transport, MaxFrameLength = maxFrame };
}
