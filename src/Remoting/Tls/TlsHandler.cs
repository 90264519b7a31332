using System.Net.Security;
using System.Security.Authentication;
using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;
using Rocketeer.Remoting.Pipeline;
using Rocketeer.Remoting.Transport;
using TaskCompletionSource = System.Threading.Tasks.TaskCompletionSource;

namespace Rocketeer.Remoting.Tls;

/// <summary>
/// TLS of one channel, in front of its <see cref="FrameHandler"/>. The handshake, which costs milliseconds of arithmetic, runs on a pool
/// thread and reads no more from the peer than it wants; when it is over, decryption and encryption run on the event loop, inside the
/// read or write that needs them, and never wait (docs/adr/0006-tls-by-sslstream.md).
/// </summary>
#pragma warning disable CA1001 // Both streams are disposed when the channel ends.
internal sealed class TlsHandler : ChannelHandlerAdapter
#pragma warning restore CA1001
{
    /// <summary>Two records' worth of plain text per look.</summary>
    private const int PlainLength = 32 * 1024;

    /// <summary>What a record adds to its plain text of up to 16 KiB, generously; and room for a small one.</summary>
    private const int RecordOverhead = 64;
    private const int RecordLength = 16 * 1024;

    private readonly FrameHandler _frames;
    private readonly ITlsSide _side;
    private readonly TimeProvider _clock;
    private readonly TlsStream _transport;
    private readonly SslStream _tls;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IChannelHandlerContext? _context;
    private IEventLoop? _loop;
    private ITimer? _timer;

    // Touched on the event loop only.
    private State _state;
    private string? _failure;
    private bool _broken;

    /// <summary>Where encrypted bytes go while this side writes; otherwise they leave by themselves.</summary>
    private BatchBuffer? _cipher;

    public TlsHandler(FrameHandler frames, ITlsSide side, TimeProvider clock)
    {
        _frames = frames;
        _side = side;
        _clock = clock;
        _transport = new TlsStream(this);
        _tls = new SslStream(_transport, leaveInnerStreamOpen: false);
    }

    private enum State
    {
        New,
        Handshake,
        Open,
        Closed,
    }

    /// <summary>Completes when both sides trust each other; fails with an <see cref="AuthenticationException"/> that says why not.</summary>
    public Task Ready => _ready.Task;

    public override void HandlerAdded(IChannelHandlerContext context)
    {
        _context = context;
        if (context.Channel.Active)
        {
            Begin();
        }
    }

    public override void ChannelActive(IChannelHandlerContext context)
    {
        context.FireChannelActive();
        Begin();
    }

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        var buffer = (DotNetty.Buffers.IByteBuffer)message;
        try
        {
            _transport.Feed(buffer.Array.AsSpan(buffer.ArrayOffset + buffer.ReaderIndex, buffer.ReadableBytes));
        }
        finally
        {
            buffer.Release();
        }
    }

    public override void ChannelInactive(IChannelHandlerContext context)
    {
        var before = _state;
        _state = State.Closed;
        _transport.End();
        if (before == State.Open)
        {
            RemotingInstruments.TlsClosed();
            _tls.Dispose();
        }

        context.FireChannelInactive();
    }

    /// <summary>Encrypts a batch. The plain batch is released, and counted as sent, when its encrypted form has left.</summary>
    public override Task WriteAsync(IChannelHandlerContext context, object message)
    {
        var plain = (BatchBuffer)message;
        if (_state != State.Open)
        {
            plain.Release();
            return Task.FromException(new IOException("The TLS connection is not open."));
        }

        var length = plain.ReadableBytes;
        _cipher = BatchBuffer.Rent(null, length + RecordOverhead + (length / RecordLength * RecordOverhead));
        var cipher = _cipher;
        cipher.Carried = plain;
        try
        {
            _tls.Write(plain.Array, plain.ArrayOffset + plain.ReaderIndex, length);
        }
#pragma warning disable CA1031 // Whatever the encryption does not like ends this connection only.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            cipher.Release();
            Fail(failure);
            return Task.FromException(failure);
        }
        finally
        {
            _cipher = null;
        }

        cipher.Seal();
        return context.WriteAsync(cipher);
    }

    /// <summary>Says farewell, so that the peer knows that nothing was cut off, and closes.</summary>
    public override Task CloseAsync(IChannelHandlerContext context)
    {
        if (_state == State.Open && !_broken && context.Channel.Active)
        {
            try
            {
                ChannelClosing.Observe(_tls.ShutdownAsync());
            }
#pragma warning disable CA1031 // A farewell that cannot be said must not keep the channel open.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _frames.Connection?.WriteFailed(failure);
            }
        }

        return context.CloseAsync();
    }

    /// <summary>The handshake has nothing left to read. From any thread.</summary>
    internal void WantsBytes()
    {
        if (_loop!.InEventLoop)
        {
            return; // the channel reads by itself once the handshake is over
        }

        OnLoop(static handler =>
        {
            if (handler._state == State.Handshake)
            {
                handler._context!.Channel.Read();
            }
        });
    }

    /// <summary>Encrypted bytes are to leave. On the event loop, or from the handshake.</summary>
    internal void Send(ReadOnlySpan<byte> encrypted)
    {
        var batch = _cipher ?? BatchBuffer.Rent(null, encrypted.Length);
        encrypted.CopyTo(batch.GetSpan(encrypted.Length));
        batch.Advance(encrypted.Length);
        if (batch == _cipher)
        {
            return;
        }

        batch.Seal();
        if (_loop!.InEventLoop)
        {
            ChannelClosing.Observe(_context!.WriteAndFlushAsync(batch));
        }
        else if (!OnLoop(handler => ChannelClosing.Observe(handler._context!.WriteAndFlushAsync(batch))))
        {
            batch.Release();
        }
    }

    private void Begin()
    {
        if (_state != State.New)
        {
            return;
        }

        _state = State.Handshake;
        _loop = _context!.Channel.EventLoop;
        _context.Channel.Configuration.AutoRead = false;
        _timer = _clock.CreateTimer(
            static state => ((TlsHandler)state!).OnLoop(static handler => handler.TimedOut()), this, _side.HandshakeTimeout, Timeout.InfiniteTimeSpan);
        _ = Task.Run(HandshakeAsync); // ends in HandshakeOver, whatever happens
    }

    private async Task HandshakeAsync()
    {
        Exception? failure = null;
        try
        {
            await _side.HandshakeAsync(_tls).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Reported where the handshake's end is handled.
        catch (Exception caught)
#pragma warning restore CA1031
        {
            failure = caught;
        }

        await _timer!.DisposeAsync().ConfigureAwait(false);
        if (!OnLoop(handler => handler.HandshakeOver(failure)))
        {
            HandshakeOver(failure ?? new IOException("the event loop ended"));
        }
    }

    private void TimedOut()
    {
        if (_state == State.Handshake)
        {
            _failure = $"it was not done within {_side.HandshakeTimeout.TotalSeconds} s";
            _frames.Connection?.Close($"the TLS handshake failed: {_failure}");
        }
    }

    private void HandshakeOver(Exception? failure)
    {
        var remote = _frames.Connection?.RemoteAddress ?? "an unknown peer";
        if (failure is not null || _state != State.Handshake)
        {
            _failure ??= failure is null or IOException ? "the peer closed the connection, as one that speaks no TLS would" : Reason(failure);
            _state = State.Closed;
            _side.Over(remote, _failure);
            _ready.TrySetException(new AuthenticationException($"the TLS handshake failed: {_failure}", failure));
            _ = _ready.Task.Exception; // nobody waits on a server
            _frames.Connection?.Close($"the TLS handshake failed: {_failure}");
            _tls.Dispose();
            return;
        }

        _state = State.Open;
        _side.Over(remote, null);
        RemotingInstruments.TlsOpened();
        _transport.ContinueInline();
        _ready.TrySetResult();
        _ = DecryptAsync();
        _context!.FireChannelReadComplete(); // requests may have come right behind the handshake
        if (_frames.Connection is { IsPaused: false })
        {
            _context.Channel.Configuration.AutoRead = true;
        }
    }

    /// <summary>
    /// Hands on what can be decrypted, for ever. It waits in <see cref="TlsStream.ReadAsync(Memory{byte}, CancellationToken)"/> only, and
    /// is continued there by <see cref="ChannelRead"/>: on the event loop. Nothing is rented while nothing comes.
    /// </summary>
    private async Task DecryptAsync()
    {
        try
        {
            while (_state == State.Open)
            {
                await _tls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                var plain = _context!.Allocator.HeapBuffer(PlainLength, PlainLength);
                var length = 0;
                try
                {
                    length = await _tls.ReadAsync(plain.Array.AsMemory(plain.ArrayOffset, PlainLength)).ConfigureAwait(false);
                }
                finally
                {
                    if (length == 0)
                    {
                        plain.Release();
                    }
                }

                if (length == 0)
                {
                    break;
                }

                plain.SetWriterIndex(length);
                _context.FireChannelRead(plain);
            }

            if (_state == State.Open)
            {
                _context!.Channel.CloseSafe(); // the peer's farewell
            }
        }
#pragma warning disable CA1031 // Whatever the decryption does not like ends this connection only.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _broken = true;
        if (_state == State.Open)
        {
            _frames.Connection?.Abort($"TLS failed: {Reason(failure)}");
        }
    }

    private static string Reason(Exception failure) =>
        (failure.InnerException is AuthenticationException or IOException ? failure.InnerException : failure.GetBaseException())
        .Message.ReplaceLineEndings(" ").TrimEnd('.');

    /// <returns>False when the loop has ended.</returns>
    private bool OnLoop(Action<TlsHandler> action)
    {
        try
        {
            _loop!.Execute(static (act, handler) => ((Action<TlsHandler>)act)((TlsHandler)handler), action, this);
            return true;
        }
        catch (RejectedExecutionException)
        {
            return false;
        }
    }
}
