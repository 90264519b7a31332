using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>One running handler call and its token. The token's source is used again until it has fired, so a call allocates nothing.</summary>
#pragma warning disable CA1001 // the token source has no timer; a handler that ignores it may still hold its token
internal sealed class ConsumeSlot
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private ArraySegment<MessageExt> _messages;
    private MessageExt[] _buffer = [];
    private long _started;
    private bool _closed;

    /// <summary>True while a handler runs.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count > 0;
            }
        }
    }

    /// <summary>Room for the messages of one call, used again by the next.</summary>
    public MessageExt[] BufferOf(int length) => _buffer.Length == length ? _buffer : _buffer = new MessageExt[length];

    /// <summary>A handler is about to be called.</summary>
    /// <returns>The token for it.</returns>
    public CancellationToken Begin(ArraySegment<MessageExt> messages, long timestamp)
    {
        lock (_gate)
        {
            (_messages, _started) = (messages, timestamp);
            if (_source.IsCancellationRequested && !_closed)
            {
                _source.Dispose();
                _source = new CancellationTokenSource();
            }

            return _source.Token;
        }
    }

    /// <summary>The handler returned.</summary>
    public void End()
    {
        lock (_gate)
        {
            _messages = default;
        }
    }

    /// <summary>Fires the token for good.</summary>
    public void Cancel()
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            _closed = true;
            source = _source;
        }

        source.Cancel();
    }

    /// <summary>Fires the token if the handler was called before this time stamp, also when its queue was given up meanwhile.</summary>
    public void CancelIfOlderThan(long timestamp)
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            if (_messages.Count == 0 || _started >= timestamp)
            {
                return;
            }

            source = _source;
        }

        // Outside of the lock, because it runs the handler's callbacks. A call that begins meanwhile sees a fired token and is retried.
        source.Cancel();
    }
}
