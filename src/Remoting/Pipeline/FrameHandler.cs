using System.Net;
using System.Net.Sockets;
using DotNetty.Buffers;
using DotNetty.Common.Utilities;
using DotNetty.Transport.Channels;
using Rocketeer.Protocol.Codec;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// The one handler of a channel: received bytes become frames, frames become answers for those who wait or requests for the dispatcher.
/// Runs on the channel's event loop and never awaits. A TLS handler, or one that looks at the first byte to choose one, goes in front of it.
/// </summary>
internal sealed class FrameHandler(ConnectionSet set, IPEndPoint remote) : ChannelHandlerAdapter
{
    private readonly FrameSplitter _splitter = new(set.Limits.MaxFrameLength);
    private IChannelHandlerContext? _context;
    private RemotingConnection? _connection;
    private int _framesInBurst;
    private long _bytesInBurst;

    /// <summary>The connection, once the channel is active.</summary>
    public RemotingConnection? Connection => Volatile.Read(ref _connection);

    public override void ChannelActive(IChannelHandlerContext context)
    {
        _context = context;
        Volatile.Write(ref _connection, new RemotingConnection(set, this, context, remote));
        set.Add(_connection!);
    }

    public override void ChannelInactive(IChannelHandlerContext context)
    {
        _splitter.Clear();
        _connection?.Ended();
    }

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        var buffer = (IByteBuffer)message;
        try
        {
            var received = buffer.Array.AsSpan(buffer.ArrayOffset + buffer.ReaderIndex, buffer.ReadableBytes);
            _bytesInBurst += received.Length;
            _connection!.TouchActivity();
            Process(received);
        }
        finally
        {
            ReferenceCountUtil.Release(message);
        }
    }

    public override void ChannelReadComplete(IChannelHandlerContext context)
    {
        RemotingInstruments.Received(_framesInBurst, _bytesInBurst);
        _framesInBurst = 0;
        _bytesInBurst = 0;
        _connection?.Output.ReadBurstEnds();
    }

    public override void ExceptionCaught(IChannelHandlerContext context, Exception exception)
    {
        if (exception is SocketException)
        {
            set.Logger.ConnectionFailed(exception, remote.ToString());
        }
        else
        {
            set.Logger.HandlingFailed(exception, remote.ToString());
        }

        if (_connection is { } connection)
        {
            connection.Close(exception is SocketException ? $"it failed: {exception.Message}" : "an internal error");
        }
        else
        {
            context.Channel.CloseSafe();
        }
    }

    /// <summary>Makes the channel read, or not, as the connection's state wants it; serves first what was held back. On the event loop.</summary>
    public void ApplyPause()
    {
        var channel = _context!.Channel;
        if (_connection!.IsPaused && !_connection.TryResume())
        {
            channel.Configuration.AutoRead = false;
            return;
        }

        Process([]);
        _connection.Output.ReadBurstEnds();
        if (!_connection.IsPaused)
        {
            channel.Configuration.AutoRead = true;
        }
    }

    private void Process(ReadOnlySpan<byte> received)
    {
        var connection = _connection!;
        connection.Output.ReadBurstBegins();
        try
        {
            while (connection.IsOpen && !connection.IsPaused && _splitter.TryTake(ref received, out var frame))
            {
                _framesInBurst++;
                HandleFrame(frame, connection);
            }

            if (connection.IsOpen)
            {
                _splitter.Hold(received);
            }
        }
        catch (FrameFormatException unreadable)
        {
            connection.Abort(unreadable.Message);
        }
#pragma warning disable CA1031 // Whatever goes wrong ends this connection only.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            set.Logger.HandlingFailed(failure, connection.RemoteAddress);
            connection.Close("an internal error");
        }
    }

    private void HandleFrame(ReadOnlySpan<byte> frame, RemotingConnection connection)
    {
        var command = CommandView.Parse(frame);
        var envelope = command.Envelope;
        if (!envelope.IsResponse)
        {
            set.Dispatcher.Dispatch(in command, in envelope, connection, set.IsStopping);
        }
        else if (connection.Pending.TryTake(envelope.Opaque, out var request))
        {
            request.Complete(in command);
        }
        else
        {
            set.Logger.AnswerUnexpected(connection.RemoteAddress, envelope.Opaque);
        }
    }
}
