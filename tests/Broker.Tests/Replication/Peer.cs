using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>The other end of a replication stream, byte by byte: a slave's or a master's.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    public static async Task<Peer> ConnectAsync(IPEndPoint master)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(master, TestContext.Current.CancellationToken);
        return new Peer(socket);
    }

    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    public static async Task<Peer> AcceptAsync(Socket listener) =>
        new(await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TestBroker.Patience));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
        }
    }

    public Task ReportAsync(long offset)
    {
        var report = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(report, offset);
        return SendAsync(report);
    }

    public Task FrameAsync(long offset, ReadOnlySpan<byte> body)
    {
        var frame = new byte[12 + body.Length];
        BinaryPrimitives.WriteInt64BigEndian(frame, offset);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), body.Length);
        body.CopyTo(frame.AsSpan(12));
        return SendAsync(frame);
    }

    /// <summary>The next frame.</summary>
    public async Task<(long Offset, byte[] Body)> ReadFrameAsync()
    {
        var header = await ReadAsync(12);
        return (BinaryPrimitives.ReadInt64BigEndian(header), await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8))));
    }

    /// <summary>The next frame that is no heartbeat.</summary>
    public async Task<(long Offset, byte[] Body)> ReadDataAsync()
    {
        while (true)
        {
            var frame = await ReadFrameAsync();
            if (frame.Body.Length > 0)
            {
                return frame;
            }
        }
    }

    public async Task<long> ReadReportAsync() => BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8));

    /// <summary>Waits until the other side has closed, reading away what it still sent.</summary>
    public async Task ClosedAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, TestContext.Current.CancellationToken).AsTask().WaitAsync(TestBroker.Patience) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed with unread bytes on the way: a reset.
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at), SocketFlags.None, TestContext.Current.CancellationToken)
                .AsTask().WaitAsync(TestBroker.Patience);
            Assert.True(read > 0, "the other side closed");
            at += read;
        }

        return bytes;
    }
}
