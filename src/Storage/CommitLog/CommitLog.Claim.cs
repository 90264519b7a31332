using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

// Where the next bytes go: the place in the active file, the blank at its end, the next file. Everything under the append lock.
internal sealed partial class CommitLog
{
    // A record leaves room for the header of a blank, so that every file ends with one.
    private const int MinimumBlank = MessageRecordLayout.BlankHeaderLength;

    private MappedSegment? _active; // held
    private int _position; // of the next byte in it
    private long _readableUntil; // written here (asynchronous flush), in CommitLog.Flush.cs (synchronous), and by recovery
    private bool _isSealed;
    private bool _spaceIsShort; // so that a full disk is logged once, not per message

    /// <summary>Offset behind the last append, readable or not.</summary>
    public long AppendedOffset
    {
        get
        {
            lock (_appendLock)
            {
                return _active is { } active ? active.StartOffset + _position : MaxOffset;
            }
        }
    }

    /// <summary>Ends appending, before the last flush: what comes later is refused, and what came before is complete.</summary>
    public void Seal()
    {
        lock (_appendLock)
        {
            _isSealed = true;
        }
    }

    // Finds room for a record: in the active file when a blank still fits behind it, else at the start of the next.
    private PutStatus TryClaim(int length, out Span<byte> target, out long offset)
    {
        offset = 0;
        target = [];
        if (Gate is { MayWrite: false })
        {
            return PutStatus.ServiceNotAvailable; // closed between the caller's look and this lock
        }

        if (_active is { } active && _position < active.Size && length + MinimumBlank > active.Size - _position)
        {
            var blank = FillWithBlank(active);
            if (blank != PutStatus.Ok)
            {
                return blank;
            }
        }

        if (_active is null || _position == _active.Size)
        {
            var rolled = TryRoll(_active?.EndOffset ?? MaxOffset);
            if (rolled != PutStatus.Ok)
            {
                return rolled;
            }
        }

        offset = _active!.StartOffset + _position;
        return TryPlace(length, out target);
    }

    // Room at the current position, which the caller knows to be large enough.
    private PutStatus TryPlace(int length, out Span<byte> target)
    {
        target = [];
        if (IsPoisoned || _isSealed)
        {
            return PutStatus.ServiceNotAvailable;
        }

        try
        {
            _active!.EnsureAllocated(_position + length);
        }
        catch (IOException e)
        {
            return OutOfSpace(e);
        }

        target = _staging is null ? _active.Writable(_position, length) : _staging.Claim(_active, _position, length);
        return target.IsEmpty ? PutStatus.PageCacheBusy : PutStatus.Ok;
    }

    private void CompleteClaim(int length, long storeTimestamp)
    {
        _position += length;
        if (_spaceIsShort)
        {
            _spaceIsShort = false;
            _logger.SpaceIsBack(_options.CommitLogDirectory);
        }

        if (_staging is null)
        {
            _active!.Publish(_position);
            Volatile.Write(ref _readableUntil, _active.StartOffset + _position);
            Volatile.Write(ref _appendedTimestamp, storeTimestamp); // after the offset: a flush that sees the time covers the message
            Readable?.Invoke();
        }
        else
        {
            _staging.Current!.StoreTimestamp = storeTimestamp;
            Staged?.Invoke();
        }

        _preallocator.Appended(_active!, _position);
    }

    private PutStatus FillWithBlank(MappedSegment active)
    {
        var remaining = active.Size - _position;
        var header = Math.Min(MinimumBlank, remaining);
        var status = TryPlace(header, out var target);
        if (status != PutStatus.Ok)
        {
            return status;
        }

        if (header == MinimumBlank)
        {
            MessageRecordWriter.WriteBlank(target);
            BinaryPrimitives.WriteInt32BigEndian(target[MessageRecordLayout.TotalSizeAt..], remaining); // of which only the head is written
        }
        else
        {
            target.Clear(); // only behind bytes that a foreign master laid out differently
        }

        if (_staging is null)
        {
            active.Publish(active.Size);
            Volatile.Write(ref _readableUntil, active.EndOffset);
        }
        else
        {
            _staging.Current!.EndPosition = active.Size;
        }

        _position = active.Size;
        return PutStatus.Ok;
    }

    private PutStatus TryRoll(long start)
    {
        if (IsPoisoned || _isSealed)
        {
            return PutStatus.ServiceNotAvailable;
        }

        try
        {
            var next = _preallocator.Take(start - (start % SegmentSize));
            if (!next.TryHold())
            {
                return PutStatus.CreateSegmentFailed;
            }

            _segments.Add(next);
            Activate(next, 0);
            return PutStatus.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OutOfSpace(e);
        }
    }

    // Brings the position to where raw bytes of a master belong.
    private bool TryMoveTo(long offset)
    {
        if (_active is null)
        {
            if (MaxOffset != 0 && MaxOffset != offset)
            {
                return false;
            }

            if (TryRoll(offset) != PutStatus.Ok)
            {
                return false;
            }

            _position = (int)(offset - _active!.StartOffset);
            _active.ResetPositions(_position);
            return true;
        }

        if (_active.StartOffset + _position != offset)
        {
            return false;
        }

        return _position < _active.Size || TryRoll(offset) == PutStatus.Ok;
    }

    private void Activate(MappedSegment segment, int position)
    {
        _active?.Release();
        _active = segment;
        _position = position;
    }

    private PutStatus OutOfSpace(Exception exception)
    {
        if (!_spaceIsShort)
        {
            _spaceIsShort = true;
            _logger.SpaceIsShort(exception, _options.CommitLogDirectory);
        }

        return PutStatus.CreateSegmentFailed;
    }
}
