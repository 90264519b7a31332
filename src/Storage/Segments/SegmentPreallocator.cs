using Microsoft.Extensions.Logging;
using Rocketeer.Storage.CommitLogs;

namespace Rocketeer.Storage.Segments;

/// <summary>
/// Works ahead of the appender: reserves blocks, faults pages in, creates the next file. First-touch page faults cost 5 to 15 times the copy
/// that follows, so they happen here. Bounded: at most one file ahead, reserved <see cref="ReserveAhead"/> and touched
/// <see cref="TouchAhead"/> bytes ahead, so an idle store holds little memory and little disk. Where the work has not been done yet, the
/// appender does it for what it needs.
/// </summary>
internal sealed class SegmentPreallocator : IAsyncDisposable
{
    /// <summary>Bytes reserved on the disk ahead of the append position.</summary>
    private const int ReserveAhead = 64 * 1024 * 1024;

    /// <summary>Bytes faulted in ahead of the append position.</summary>
    private const int TouchAhead = 16 * 1024 * 1024;

    private readonly SegmentSet _segments;
    private readonly bool _touch;
    private readonly ILogger _logger;
    private readonly WakeUp _wakeUp = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _creation = new(); // one of appender and worker creates a file, so that no file is described twice
    private readonly Lock _gate = new();
    private Task _work = Task.CompletedTask;
    private MappedSegment? _next; // under _creation
    private long _takenUntil; // under _creation: end of the newest file that was handed out
    private long _mark; // offset at which the appender asks for more work
    private MappedSegment? _appendSegment; // under _gate
    private int _appendPosition;
    private long _touchedUntil; // of the worker
    private bool _complained; // of the worker

    /// <summary>Describes the worker of a set.</summary>
    /// <param name="segments">The set.</param>
    /// <param name="touch">Whether appends go through the mapping, so that faulting pages in helps.</param>
    /// <param name="logger">Told when the disk refuses.</param>
    public SegmentPreallocator(SegmentSet segments, bool touch, ILogger logger)
    {
        _segments = segments;
        _touch = touch;
        _logger = logger;
    }

    /// <summary>Starts working.</summary>
    public void Start() => _work = Task.Run(RunAsync);

    /// <summary>Tells how far the log is. Costs two comparisons unless there is work. Under the append lock.</summary>
    public void Appended(MappedSegment segment, int position)
    {
        if (segment.StartOffset + position < Volatile.Read(ref _mark))
        {
            return;
        }

        Volatile.Write(ref _mark, long.MaxValue); // until the worker has set the next one
        lock (_gate)
        {
            _appendSegment = segment;
            _appendPosition = position;
        }

        _wakeUp.Signal();
    }

    /// <summary>The file that starts at an offset: the prepared one, or a new one.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public MappedSegment Take(long startOffset)
    {
        lock (_creation)
        {
            var prepared = _next;
            _next = null;
            Volatile.Write(ref _mark, 0);
            if (prepared?.StartOffset != startOffset)
            {
                prepared?.Delete();
                prepared = Create(startOffset, 1);
            }

            _takenUntil = prepared.EndOffset;
            return prepared;
        }
    }

    /// <summary>
    /// The log was cut off: what was prepared belongs nowhere. Nothing is prepared until the next file is taken, because the worker may still
    /// think of a file that is gone. Under the append lock.
    /// </summary>
    public void Rewind()
    {
        lock (_creation)
        {
            _next?.Delete();
            _next = null;
            _takenUntil = long.MaxValue;
        }

        lock (_gate)
        {
            _appendSegment = null;
        }

        Volatile.Write(ref _mark, 0);
    }

    /// <summary>Stops, and deletes the file that was prepared and not used.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        lock (_creation)
        {
            _next?.Delete();
            _next = null;
        }

        _stopping.Dispose();
        _wakeUp.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _wakeUp.WaitAsync(_stopping.Token).ConfigureAwait(false);
                WorkAhead();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // asked to stop
        }
    }

    private void WorkAhead()
    {
        MappedSegment segment;
        int position;
        lock (_gate)
        {
            if (_appendSegment is null)
            {
                return;
            }

            segment = _appendSegment;
            position = _appendPosition;
        }

        var offset = segment.StartOffset + position;
        try
        {
            Prepare(segment, position);
            if (segment.Size - position <= Math.Max(2 * TouchAhead, segment.Size / 8))
            {
                PrepareNext(segment.EndOffset);
            }

            _complained = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_complained)
            {
                _complained = true;
                _logger.PreallocationFailed(e, segment.Path);
            }
        }

        Volatile.Write(ref _mark, offset + (TouchAhead / 4));
    }

    private void Prepare(MappedSegment segment, int position)
    {
        segment.EnsureAllocated((int)Math.Min(segment.Size, (long)position + ReserveAhead));
        var from = Math.Max(_touchedUntil - segment.StartOffset, position);
        var to = (int)Math.Min(segment.Size, (long)position + TouchAhead);
        if (_touch && from < to)
        {
            segment.Touch((int)from, to);
            _touchedUntil = segment.StartOffset + to;
        }
    }

    private void PrepareNext(long startOffset)
    {
        MappedSegment next;
        lock (_creation)
        {
            if (_next is not null || startOffset < _takenUntil)
            {
                return;
            }

            _next = next = Create(startOffset, Math.Min(_segments.SegmentSize, ReserveAhead));
        }

        // Outside the lock: should the appender take the file meanwhile, touching does not disturb it.
        if (_touch)
        {
            var to = Math.Min(next.Size, TouchAhead);
            next.Touch(0, to);
            _touchedUntil = startOffset + to;
        }
    }

    private MappedSegment Create(long startOffset, int reserve)
    {
        var segment = _segments.Describe(startOffset);
        try
        {
            segment.EnsureAllocated(reserve);
            return segment;
        }
        catch (IOException)
        {
            segment.Delete(); // or an empty file would be left for the next start
            throw;
        }
    }
}
