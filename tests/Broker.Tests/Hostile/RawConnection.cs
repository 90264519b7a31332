using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Broker.Tests.Hostile;

/// <summary>A connection that sends whatever bytes it is given.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _socket = new() { NoDelay = true };

    private NetworkStream? _stream;

    private RawConnection()
    {
    }

    private NetworkStream Stream => _stream ??= _socket.GetStream();

    public static async Task<RawConnection> OpenAsync(TestBroker broker)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync("127.0.0.1", broker.App.EndPoint.Port, TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>A JSON frame with this header text.</summary>
    public static byte[] Frame(string header, ReadOnlySpan<byte> body = default, byte serializeType = 0) =>
        Frame(Encoding.UTF8.GetBytes(header), body, serializeType);

    public static byte[] Frame(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body = default, byte serializeType = 0)
    {
        var frame = new byte[8 + header.Length + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), (serializeType << 24) | header.Length);
        header.CopyTo(frame.AsSpan(8));
        body.CopyTo(frame.AsSpan(8 + header.Length));
        return frame;
    }

    public static byte[] Frame(RemotingCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandEncoder.Write(output, command);
        return output.WrittenSpan.ToArray();
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var timeout = new CancellationTokenSource(TestBroker.Patience);
        await Stream.WriteAsync(bytes, timeout.Token);
    }

    /// <summary>The next answer; what the broker sends on its own is skipped.</summary>
    public async Task<RemotingCommand> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(TestBroker.Patience);
        while (true)
        {
            var length = new byte[4];
            await Stream.ReadExactlyAsync(length, timeout.Token);
            var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await Stream.ReadExactlyAsync(frame, timeout.Token);
            var command = CommandView.Parse(frame).ToCommand();
            if (command.IsResponse)
            {
                return command;
            }
        }
    }

    public async Task<RemotingCommand> AskAsync(ReadOnlyMemory<byte> frame)
    {
        await SendAsync(frame);
        return await ReadAsync();
    }

    /// <summary>Waits until the broker closes the connection without having said anything.</summary>
    public async Task ClosedAsync()
    {
        using var timeout = new CancellationTokenSource(TestBroker.Patience);
        try
        {
            Assert.Equal(0, await Stream.ReadAsync(new byte[1], timeout.Token));
        }
        catch (IOException)
        {
            // reset instead of closed: bytes that nobody read were still in the socket
        }
    }

    public void EndSending()
    {
        _ = Stream; // not to be had any more afterwards
        _socket.Client.Shutdown(SocketShutdown.Send);
    }

    public void Dispose() => _socket.Dispose();
}
