using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Scheduling;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Dispatch;

/// <summary>
/// Reads the log behind the appenders and derives everything else from it: consume queues, index, arrivals (store.md section 11). One
/// thread, asleep while there is nothing to do; the same code runs over the log at opening. What was dispatched may be dispatched again.
/// </summary>
internal sealed class CommitLogDispatcher : IAsyncDisposable
{
    private static readonly TimeSpan HeldUpPause = TimeSpan.FromSeconds(1);

    private readonly ILogReader _log;
    private readonly IDispatchTarget[] _targets;
    private readonly IMessageArrivalListener[] _listeners;
    private readonly RecordParser _parser;
    private readonly StoreRole _role;
    private readonly ILogger _logger;
    private readonly Lock _dispatching = new(); // held for one slice, so that nothing is dispatched while the log is cut off
    private readonly WakeUp _wake = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _dispatchedUntil;
    private volatile bool _stopping;
    private volatile Exception? _failure;
    private bool _started;
    private bool _isHeldUp; // touched by the dispatch thread only

    /// <summary>Creates a dispatcher that has not begun.</summary>
    /// <param name="log">The log.</param>
    /// <param name="targets">Take every record, in this order.</param>
    /// <param name="listeners">Told about a message after every target has it.</param>
    /// <param name="levels">Delay levels.</param>
    /// <param name="role">A slave waits at a record that is only half replicated; a master has no such records.</param>
    /// <param name="logger">Log of the store.</param>
    public CommitLogDispatcher(
        ILogReader log,
        IEnumerable<IDispatchTarget> targets,
        IEnumerable<IMessageArrivalListener> listeners,
        DelayLevels levels,
        StoreRole role,
        ILogger logger)
    {
        _log = log;
        _targets = [.. targets];
        _listeners = [.. listeners];
        _parser = new RecordParser(levels);
        _role = role;
        _logger = logger;
    }

    /// <summary>Every record before this offset was dispatched.</summary>
    public long DispatchedUntil => Volatile.Read(ref _dispatchedUntil);

    /// <summary>Bytes that readers may see and that are not dispatched yet.</summary>
    public long BehindBytes => Math.Max(0, _log.MaxOffset - DispatchedUntil);

    /// <summary>Why dispatch stopped; <see langword="null"/> while all is well. Messages must be refused then.</summary>
    public Exception? Failure => _failure;

    /// <summary>Told once when dispatch stops for good, on its thread. Set before <see cref="Start"/>.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>Dispatches what is in the log from an offset on, on the caller's thread, telling nobody. At opening only.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <exception cref="IOException">A target failed.</exception>
    public void CatchUp(long from, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _dispatchedUntil, from);
        while (DispatchSlice(notify: false, cancellationToken))
        {
        }
    }

    /// <summary>Goes on from <see cref="DispatchedUntil"/> in the background.</summary>
    public void Start()
    {
        _started = true;
        new Thread(Run) { IsBackground = true, Name = "rocketeer-dispatch" }.Start();
    }

    /// <summary>Dispatches what is readable now, on the caller's thread, telling the listeners.</summary>
    /// <param name="skipUnreadable">True to go on behind what is no record, as a master does.</param>
    /// <returns>False when the disk is full, or something unreadable was not skipped.</returns>
    /// <exception cref="IOException">A target failed.</exception>
    public bool TryDrain(bool skipUnreadable)
    {
        while (BehindBytes > 0)
        {
            if (!DispatchSlice(notify: true, CancellationToken.None, skipUnreadable))
            {
                return BehindBytes == 0;
            }
        }

        return true;
    }

    /// <summary>Changes the log while nothing is dispatched, and goes on from an offset that is not above <see cref="DispatchedUntil"/>.</summary>
    /// <param name="to">Dispatch goes on here, if it is that far.</param>
    /// <param name="change">The change.</param>
    public void Rewind(long to, Action change)
    {
        lock (_dispatching)
        {
            change();
            Volatile.Write(ref _dispatchedUntil, Math.Min(_dispatchedUntil, to));
        }

        _wake.Signal();
    }

    /// <summary>Tells that more of the log is readable. Cheap; called by every append.</summary>
    public void Wake() => _wake.Signal();

    /// <summary>Dispatches what is readable now, then stops. The appenders have stopped before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_started && !_stopping)
        {
            _stopping = true;
            _wake.Signal();
            await _stopped.Task.ConfigureAwait(false);
            _wake.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                var dispatched = TryDispatchReadable();
                if (_stopping)
                {
                    break;
                }

                _wake.Wait(dispatched ? Timeout.InfiniteTimeSpan : HeldUpPause);
            }
        }
        catch (Exception e)
        {
            _failure = e;
            _logger.DispatchStopped(e, DispatchedUntil);
            Failed?.Invoke(e);
        }
        finally
        {
            _stopped.TrySetResult();
        }
    }

    /// <summary>
    /// A disk that is full is waited out: the messages are in the log, and dispatching one again that was half done changes nothing.
    /// </summary>
    /// <returns>False when the disk is full.</returns>
    private bool TryDispatchReadable()
    {
        try
        {
            while (DispatchSlice(notify: true, CancellationToken.None))
            {
            }

            _isHeldUp = false;
            return true;
        }
        catch (IOException e) when (DiskSpace.IsExhausted(e))
        {
            if (!_isHeldUp)
            {
                _isHeldUp = true;
                _logger.DispatchHeldUp(e, DispatchedUntil);
            }

            return false;
        }
    }

    /// <returns>False when there is nothing to do until more of the log is readable.</returns>
    private bool DispatchSlice(bool notify, CancellationToken cancellationToken, bool skipUnreadable = false)
    {
        lock (_dispatching)
        {
            return DispatchSliceUnderLock(notify, skipUnreadable || _role.IsMaster, cancellationToken);
        }
    }

    private bool DispatchSliceUnderLock(bool notify, bool skipUnreadable, CancellationToken cancellationToken)
    {
        var offset = Math.Max(DispatchedUntil, _log.MinOffset); // files may have gone that were never dispatched
        if (offset >= _log.MaxOffset || _log.TryHold(offset) is not { } segment)
        {
            return false;
        }

        try
        {
            var start = segment.StartOffset;
            var readable = Readable(segment);
            var progress = offset;
            while (progress - start < readable)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var position = (int)(progress - start);
                var next = DispatchOne(segment.Read(position, readable - position), progress, notify);
                progress = next < 0 ? segment.EndOffset : progress + next;
                Volatile.Write(ref _dispatchedUntil, progress);
                if (next == 0)
                {
                    // What was half a record a moment ago may be a whole one now.
                    return skipUnreadable ? SkipUnreadable(progress, start + readable) : Readable(segment) > readable;
                }
            }

            return progress > offset;
        }
        finally
        {
            segment.Release();
        }
    }

    private int Readable(MappedSegment segment) => (int)Math.Min(segment.WrotePosition, _log.MaxOffset - segment.StartOffset);

    /// <returns>Bytes to go on; -1 for the next file; 0 when nothing can be read here.</returns>
    private int DispatchOne(ReadOnlySpan<byte> bytes, long offset, bool notify)
    {
        switch (_parser.Parse(bytes, offset, out var record, out var size))
        {
            case ParsedKind.Blank:
                return -1;
            case ParsedKind.Unreadable:
                return 0;
            case ParsedKind.Mismatched:
                _logger.RecordSkipped(offset, size);
                return size;
        }

        foreach (var target in _targets)
        {
            target.Dispatch(in record);
        }

        if (notify && _listeners.Length > 0 && MessageSysFlags.TakesQueueOffset(record.SysFlag))
        {
            Notify(in record);
        }

        return size;
    }

    private void Notify(in DispatchedRecord record)
    {
        var arrival = new MessageArrival
        {
            Topic = record.Topic,
            QueueId = record.QueueId,
            QueueOffset = record.QueueOffset,
            TagsCode = record.TagsCode,
            StoreTimestamp = record.StoreTimestamp,
            Properties = record.Properties,
        };
        foreach (var listener in _listeners)
        {
            listener.OnArrival(in arrival);
        }
    }

    // A slave waits for the rest of the record. A master appends whole records only, so this one is damaged: the original goes on behind
    // what is readable, and so does this.
    private bool SkipUnreadable(long offset, long readableEnd)
    {
        _logger.UnreadableSkipped(offset, readableEnd);
        Volatile.Write(ref _dispatchedUntil, readableEnd);
        return true;
    }
}
