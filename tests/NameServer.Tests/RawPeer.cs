using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.NameServer.Tests;

/// <summary>A plain socket that sends and receives whole frames; it shares nothing with our own client but the codec.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TcpClient _client = new();
    private int _opaque;

    public static async Task<RawPeer> ConnectAsync(IPEndPoint endPoint)
    {
        var peer = new RawPeer();
        await peer._client.ConnectAsync(endPoint);
        return peer;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> frame) => await _client.GetStream().WriteAsync(frame);

    public Task SendAsync(RemotingCommand request)
    {
        var frame = new ArrayBufferWriter<byte>();
        CommandEncoder.Write(frame, request);
        return SendAsync(frame.WrittenMemory);
    }

    public async Task<RemotingCommand> InvokeAsync(
        RequestCode code, ICommandHeader? header = null, ReadOnlyMemory<byte> body = default, int version = MqVersion.Current)
    {
        var request = new RemotingCommand { Code = (int)code, Header = header, Body = body, Version = version, Opaque = ++_opaque };
        await SendAsync(request);
        var answer = await ReceiveAsync();
        Assert.Equal(request.Opaque, answer.Opaque);
        return answer;
    }

    public async Task<RemotingCommand> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var length = new byte[sizeof(int)];
        await _client.GetStream().ReadExactlyAsync(length, patience.Token);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await _client.GetStream().ReadExactlyAsync(frame, patience.Token);
        return CommandView.Parse(frame).ToCommand();
    }

    /// <summary>Completes when the server has closed the connection.</summary>
    public async Task ClosedAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            Assert.Equal(0, await _client.GetStream().ReadAsync(new byte[1], patience.Token));
        }
        catch (IOException)
        {
            // reset: closed with our bytes unread
        }
    }

    public void Dispose() => _client.Dispose();
}
