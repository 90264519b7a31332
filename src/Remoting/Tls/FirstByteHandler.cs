using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using Rocketeer.Remoting.Pipeline;

namespace Rocketeer.Remoting.Tls;

/// <summary>
/// Looks at the first byte of a server's connection, decides with it between plain and TLS, and goes away. A TLS handshake begins with
/// 0x16, which cannot begin a frame: the frame would be 369 MB long.
/// </summary>
/// <param name="tls">The server's side of TLS; <see langword="null"/> is disabled.</param>
/// <param name="frames">The connection's handler.</param>
/// <param name="clock">Clock of the handshake's time-out.</param>
internal sealed class FirstByteHandler(TlsServer? tls, FrameHandler frames, TimeProvider clock) : ChannelHandlerAdapter
{
    private const byte HandshakeRecord = 0x16;

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        var buffer = (IByteBuffer)message;
        if (!buffer.IsReadable())
        {
            buffer.Release();
            return;
        }

        var connection = frames.Connection!;
        var isTls = buffer.GetByte(buffer.ReaderIndex) == HandshakeRecord;
        var refusal = (isTls, tls?.Mode ?? TlsMode.Disabled) switch
        {
            (true, TlsMode.Disabled) => "it begins a TLS handshake and TLS is disabled here (tls.server.mode)",
            (false, TlsMode.Enforcing) => "it does not speak TLS, which this port insists on (tls.server.mode)",
            _ => null,
        };
        if (refusal is not null)
        {
            buffer.Release();
            tls?.Refused(connection.RemoteAddress, refusal);
            connection.Close(refusal);
            return;
        }

        if (isTls)
        {
            if (!tls!.TryBegin(connection.RemoteAddress))
            {
                buffer.Release();
                connection.Close("too many TLS handshakes are under way");
                return;
            }

            context.Channel.Pipeline.AddAfter(context.Name, null, new TlsHandler(frames, tls, clock));
        }

        context.Channel.Pipeline.Remove(this);
        context.FireChannelRead(message);
    }
}
