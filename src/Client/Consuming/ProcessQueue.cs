using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// The window of one queue that is pulled but not consumed yet. Messages come in by ascending offset, are finished in any order, and
/// the smallest unfinished offset is what may be committed: a commit never passes an unconsumed message.
/// Once dropped it stays dropped: nothing of it is started or committed any more, and whoever owns the queue next begins a new one.
/// Thread-safe; one pull loop puts, many handlers finish.
/// </summary>
internal sealed partial class ProcessQueue(MessageQueue queue, FlowLimits limits)
{
    private const long NotStarted = long.MinValue;

    private readonly Lock _gate = new();
    private Entry[] _ring = new Entry[64];   // a power of two
    private int _head;
    private int _length;                     // entries in the ring, finished ones behind an unfinished head included
    private int _count;                      // unfinished entries
    private long _bytes;
    private long _knownEnd;
    private long _highest = -1;
    private long _readTo;                    // where the queue is pulled next; what lies before it and is not here was left out by a filter
    private FlowLimits _limits = limits;
    private bool _dropped;                   // written under the gate, so that no commit follows a drop
    private TaskCompletionSource? _roomAwaited;

    /// <summary>The queue whose messages these are.</summary>
    public MessageQueue Queue { get; } = queue;

    /// <summary>True once the queue was given up.</summary>
    public bool IsDropped => Volatile.Read(ref _dropped);

    /// <summary>Clock of the last pull, milliseconds since 1970.</summary>
    public long LastPullMs { get; set; }

    /// <summary>Time stamp of the clock since when there was no answer to a pull, without the times when nothing was to be pulled.</summary>
    public long UnansweredSince { get; set; }

    /// <summary>Offset behind the last message of the queue, as the last pull told.</summary>
    public long KnownEnd
    {
        get => Volatile.Read(ref _knownEnd);
        set => Volatile.Write(ref _knownEnd, value);
    }

    /// <summary>Clock of the last start of a handler, milliseconds since 1970.</summary>
    public long LastConsumeMs { get; private set; }

    /// <summary>Bounds of the window; changed when the number of held queues changes.</summary>
    public FlowLimits Limits
    {
        get
        {
            lock (_gate)
            {
                return _limits;
            }
        }

        set
        {
            lock (_gate)
            {
                _limits = value;
                AnnounceRoom();
            }
        }
    }

    /// <summary>Messages, bytes and offsets that wait now.</summary>
    public ProcessQueueState State
    {
        get
        {
            lock (_gate)
            {
                var (waiting, first) = (_count - _taken, _taken < _length ? At(_taken).Message.QueueOffset : 0);
                return new ProcessQueueState(waiting, _bytes, first, waiting == 0 ? 0 : _highest)
                {
                    TakenCount = _taken,
                    TakenMinOffset = _taken == 0 ? 0 : At(0).Message.QueueOffset,
                    TakenMaxOffset = _taken == 0 ? 0 : At(_taken - 1).Message.QueueOffset,
                };
            }
        }
    }

    /// <summary>Gives the queue up: no handler starts, no commit counts, the pull loop ends.</summary>
    /// <returns>False when it was given up before.</returns>
    public bool Drop()
    {
        lock (_gate)
        {
            if (_dropped)
            {
                return false;
            }

            _dropped = true;
            AnnounceRoom();
            return true;
        }
    }

    /// <summary>Takes pulled messages in; offsets at or below one that was taken before are ignored.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="readTo">Where the queue is pulled next; what lies behind the last message before it was left out by a filter.</param>
    /// <returns>Messages taken, which are the last ones of the list.</returns>
    public int Put(IReadOnlyList<MessageExt> messages, long readTo = 0)
    {
        lock (_gate)
        {
            _readTo = Math.Max(_readTo, readTo);
            var taken = 0;
            for (var i = 0; i < messages.Count; i++)
            {
                var message = messages[i];
                if (message.QueueOffset <= _highest)
                {
                    continue;
                }

                Append(message);
                taken++;
            }

            return taken;
        }
    }

    /// <summary>Marks messages as being handled from now on, which is a time stamp of the clock and milliseconds since 1970.</summary>
    /// <returns>False when the queue was dropped: the handler must not be called.</returns>
    public bool TryStart(ReadOnlySpan<MessageExt> messages, long timestamp, long nowMs)
    {
        lock (_gate)
        {
            if (_dropped)
            {
                return false;
            }

            LastConsumeMs = nowMs;
            foreach (var message in messages)
            {
                var index = IndexOf(message.QueueOffset);
                if (index >= 0)
                {
                    At(index).Started = timestamp;
                }
            }

            return true;
        }
    }

    /// <summary>
    /// Finishes messages, as far as they are not finished yet, and raises the committed offset to the first unfinished one. Does nothing
    /// once the queue is dropped: its messages are delivered again, by whoever has the queue then.
    /// </summary>
    public void Finish(ReadOnlySpan<MessageExt> messages, IOffsetStore offsets)
    {
        lock (_gate)
        {
            if (_dropped || _count == 0)
            {
                return;
            }

            foreach (var message in messages)
            {
                FinishOne(message);
            }

            offsets.Update(Queue, _count == 0 ? Behind : At(0).Message.QueueOffset, increaseOnly: true);
            AnnounceRoom();
        }
    }

    /// <summary>True while the message is neither finished nor dropped.</summary>
    public bool Contains(MessageExt message)
    {
        lock (_gate)
        {
            return !_dropped && IndexOf(message.QueueOffset) is >= 0 and var index && !At(index).Finished;
        }
    }

    /// <summary>The handler gave up, and the message waits for another call: it is not in work meanwhile.</summary>
    public void Unstart(MessageExt message)
    {
        lock (_gate)
        {
            if (IndexOf(message.QueueOffset) is >= 0 and var index)
            {
                At(index).Started = NotStarted;
            }
        }
    }

    /// <summary>Raises the committed offset over messages that the broker or the filter left out, if nothing waits before them.</summary>
    public void SkipTo(long offset, IOffsetStore offsets)
    {
        lock (_gate)
        {
            _readTo = Math.Max(_readTo, offset);
            if (!_dropped && _count == 0)
            {
                offsets.Update(Queue, offset, increaseOnly: true);
            }
        }
    }

    /// <summary>The first unfinished message, if its handler started before the given time stamp of the clock and still runs.</summary>
    /// <returns>Null when there is none; messages behind it are looked at once it is gone.</returns>
    public MessageExt? OverdueHead(long timestamp)
    {
        lock (_gate)
        {
            return _count > 0 && At(0).Started is not NotStarted and var started && started < timestamp ? At(0).Message : null;
        }
    }

    /// <summary>Completes when the window has room again, at once if it has room now, and when the queue is dropped.</summary>
    public Task WhenRoomAsync()
    {
        lock (_gate)
        {
            if (HasRoom || _dropped)
            {
                return Task.CompletedTask;
            }

            _roomAwaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _roomAwaited.Task;
        }
    }

    /// <summary>The offset to commit when nothing waits.</summary>
    private long Behind => Math.Max(_highest + 1, _readTo);

    private bool HasRoom => _count <= _limits.Count && _bytes <= _limits.Bytes
        && (_count == 0 || _highest - At(0).Message.QueueOffset <= _limits.Span);

    private void AnnounceRoom()
    {
        if (_roomAwaited is { } waiting && (HasRoom || _dropped))
        {
            _roomAwaited = null;
            waiting.SetResult();
        }
    }

    private ref Entry At(int index) => ref _ring[(_head + index) & (_ring.Length - 1)];

    private void Append(MessageExt message)
    {
        if (_length == _ring.Length)
        {
            var larger = new Entry[_ring.Length * 2];
            for (var i = 0; i < _length; i++)
            {
                larger[i] = At(i);
            }

            (_ring, _head) = (larger, 0);
        }

        At(_length++) = new Entry { Message = message, Started = NotStarted };
        _count++;
        _bytes += message.Body.Length;
        _highest = message.QueueOffset;
    }

    private void FinishOne(MessageExt message)
    {
        var index = IndexOf(message.QueueOffset);
        if (index < 0 || At(index).Finished)
        {
            return;
        }

        At(index).Finished = true;
        _count--;
        _bytes -= message.Body.Length;
        RemoveFinishedHead();
    }

    private void RemoveFinishedHead()
    {
        while (_length > 0 && At(0).Finished)
        {
            At(0) = default;
            _head = (_head + 1) & (_ring.Length - 1);
            _length--;
        }
    }

    private int IndexOf(long offset)
    {
        var (low, high) = (0, _length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = At(middle).Message.QueueOffset;
            if (found == offset)
            {
                return middle;
            }

            (low, high) = found < offset ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private struct Entry
    {
        public MessageExt Message;
        public long Started;   // time stamp of the clock
        public bool Finished;
    }
}
