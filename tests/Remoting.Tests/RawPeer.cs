using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting.Tests;

/// <summary>A peer that sends exactly the bytes a test wants.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Socket => _socket;

    public static async Task<RawPeer> ConnectAsync(EndPoint endPoint)
    {
        var peer = new RawPeer();
        await peer._socket.ConnectAsync(endPoint);
        return peer;
    }

    public static byte[] Frame(RequestCode code, int opaque = 1, byte[]? body = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var command = RemotingCommand.Request(code, body: body ?? []);
        command.Opaque = opaque;
        CommandEncoder.Write(output, command);
        return output.WrittenSpan.ToArray();
    }

    public async Task SendAsync(params byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    /// <returns>The next command, or <see langword="null"/> when the server closed the connection.</returns>
    public async Task<RemotingCommand?> ReceiveAsync()
    {
        var length = await ReceiveAsync(sizeof(int));
        if (length is null)
        {
            return null;
        }

        var frame = await ReceiveAsync(BinaryPrimitives.ReadInt32BigEndian(length));
        return frame is null ? null : CommandView.Parse(frame).ToCommand();
    }

    public async Task<bool> IsClosedByServerAsync()
    {
        try
        {
            return await _socket.ReceiveAsync(new byte[1]).WaitAsync(Peers.Patience) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Closes with a reset instead of a farewell.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var received = await _socket.ReceiveAsync(bytes.AsMemory(have)).AsTask().WaitAsync(Peers.Patience);
            if (received == 0)
            {
                return null;
            }

            have += received;
        }

        return bytes;
    }
}
