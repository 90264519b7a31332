using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Rocketeer.Remoting.Tls;

/// <summary>
/// What an <see cref="System.Net.Security.SslStream"/> takes for its network: encrypted bytes that the channel received wait here to be
/// read, encrypted bytes that are written go straight to the handler. Writing never waits. One read at a time.
/// </summary>
internal sealed class TlsStream(TlsHandler handler) : Stream, IValueTaskSource<int>
{
    private const int MinCapacity = 4 * 1024;

    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<int> _read = new() { RunContinuationsAsynchronously = true };

    // Guarded by _gate. While a read waits nothing is held.
    private byte[] _held = [];
    private int _start;
    private int _end;
    private Memory<byte> _destination;
    private bool _waiting;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on a waiting read is served on the thread that brings the bytes, which is the event loop's.</summary>
    public void ContinueInline()
    {
        lock (_gate)
        {
            _read.RunContinuationsAsynchronously = false;
        }
    }

    /// <summary>Bytes have been received. On the event loop.</summary>
    public void Feed(ReadOnlySpan<byte> received)
    {
        var taken = 0;
        lock (_gate)
        {
            if (_ended || received.IsEmpty)
            {
                return;
            }

            if (!_waiting)
            {
                Hold(received);
                return;
            }

            _waiting = false;
            taken = Math.Min(_destination.Length, received.Length);
            received[..taken].CopyTo(_destination.Span);
            Hold(received[taken..]);
        }

        _read.SetResult(taken);
    }

    /// <summary>Nothing more will be received.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _read.SetResult(0);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var held = _end - _start;
            if (held > 0)
            {
                return new ValueTask<int>(Take(buffer.Span));
            }

            if (_ended)
            {
                return new ValueTask<int>(0);
            }

            _destination = buffer;
            _waiting = true;
            _read.Reset();
        }

        handler.WantsBytes();
        return new ValueTask<int>(this, _read.Version);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An event loop does not wait for bytes.");

    public override void Write(byte[] buffer, int offset, int count) => handler.Send(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => handler.Send(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        handler.Send(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        handler.Send(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _ended = true;
            ForgetHeld();
        }

        base.Dispose(disposing);
    }

    private int Take(Span<byte> destination)
    {
        var taken = Math.Min(_end - _start, destination.Length);
        _held.AsSpan(_start, taken).CopyTo(destination);
        _start += taken;
        if (_start == _end)
        {
            ForgetHeld();
        }

        return taken;
    }

    private void Hold(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return;
        }

        var held = _end - _start;
        if (_end + rest.Length > _held.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinCapacity, held + rest.Length));
            _held.AsSpan(_start, held).CopyTo(larger);
            ForgetHeld();
            _held = larger;
            _end = held;
        }

        rest.CopyTo(_held.AsSpan(_end));
        _end += rest.Length;
    }

    private void ForgetHeld()
    {
        if (_held.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_held);
        }

        _held = [];
        _start = _end = 0;
    }
}
