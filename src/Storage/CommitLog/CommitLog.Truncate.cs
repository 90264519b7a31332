using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

// Where records begin, and cutting the log off there: what a slave does whose log is not its master's.
internal sealed partial class CommitLog
{
    /// <summary>
    /// The last place at or before an offset where a record begins, or where the last one ends. Looks at lengths from the beginning of the
    /// file on; stops at what is no record.
    /// </summary>
    /// <param name="offset">An offset within the log; above its end counts as its end.</param>
    /// <param name="previousTimestamp">Store time of the record before the place, milliseconds since 1970; 0 when the file begins there.</param>
    public long BoundaryAtOrBefore(long offset, out long previousTimestamp)
    {
        previousTimestamp = 0;
        offset = Math.Min(offset, MaxOffset);
        if (offset <= MinOffset || (_segments.Find(offset) ?? _segments.Last) is not { } segment || !segment.TryHold())
        {
            return offset;
        }

        try
        {
            var boundary = segment.StartOffset;
            while (boundary < offset)
            {
                var position = (int)(boundary - segment.StartOffset);
                var bytes = segment.Read(position, segment.WrotePosition - position);
                var size = RecordSize(bytes);
                if (size == 0 || boundary + size > offset)
                {
                    return size == 0 && segment.EndOffset == offset && IsBlank(bytes) ? offset : boundary;
                }

                previousTimestamp = RecordCheck.StoreTimestamp(bytes);
                boundary += size;
            }

            return boundary;
        }
        finally
        {
            segment.Release();
        }
    }

    /// <summary>Where the last whole record begins; the beginning of the log when there is none.</summary>
    public long LastRecordStart()
    {
        var segments = _segments.Segments;
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            var segment = segments[i];
            if (!segment.TryHold())
            {
                continue;
            }

            try
            {
                var start = -1;
                var position = 0;
                while (RecordSize(segment.Read(position, segment.WrotePosition - position)) is > 0 and var size)
                {
                    start = position;
                    position += size;
                }

                if (start >= 0)
                {
                    return segment.StartOffset + start;
                }
            }
            finally
            {
                segment.Release();
            }
        }

        return MinOffset;
    }

    /// <summary>The first place at or behind an offset where a record ends that begins at or behind it; the end of the log when there is none.</summary>
    public long EndOfFirstRecordFrom(long offset)
    {
        var boundary = BoundaryAtOrBefore(offset, out _);
        while (boundary < MaxOffset && TryHold(boundary) is { } segment)
        {
            try
            {
                var position = (int)(boundary - segment.StartOffset);
                var bytes = segment.Read(position, segment.WrotePosition - position);
                var size = RecordSize(bytes);
                if (size == 0 && !IsBlank(bytes))
                {
                    break;
                }

                var end = size == 0 ? segment.EndOffset : boundary + size;
                if (boundary >= offset)
                {
                    return Math.Min(end, MaxOffset);
                }

                boundary = end;
            }
            finally
            {
                segment.Release();
            }
        }

        return MaxOffset;
    }

    /// <summary>
    /// Cuts the log off. While nothing else appends and nothing dispatches; readers finish what they hold. Behind the beginning of the log
    /// the log is empty, and goes on wherever its master says.
    /// </summary>
    /// <param name="end">The new end, where a record begins.</param>
    /// <param name="lastTimestamp">Store time of the last record that is left.</param>
    /// <exception cref="IOException">The disk refused; the log may be cut off further behind.</exception>
    public void TruncateTo(long end, long lastTimestamp)
    {
        lock (_flushLock)
        {
            if (_staging is not null)
            {
                CommitStaged(); // or it would be written behind the cut later
            }

            lock (_appendLock)
            {
                _active?.Release();
                _active = null;
                _position = 0;
                _preallocator.Rewind();
                if (end <= MinOffset)
                {
                    _segments.DeleteAll();
                    end = 0;
                }
                else
                {
                    _segments.TruncateTo(end);
                    var last = _segments.Last!;
                    var position = (int)(end - last.StartOffset);
                    if (position < last.Size)
                    {
                        last.ClearFrom(position); // or what is left there could later be taken for records
                    }

                    Hold(last, position);
                }

                Volatile.Write(ref _readableUntil, end);
                Volatile.Write(ref _flushedUntil, end);
                Volatile.Write(ref _appendedTimestamp, lastTimestamp);
                Volatile.Write(ref _flushedTimestamp, lastTimestamp);
            }
        }
    }

    /// <summary>The files, for keeping aside what is cut off.</summary>
    public MappedSegment[] Files => _segments.Segments;

    /// <returns>0 when the bytes do not begin with a whole record. Its parts need not add up: dispatch skips such a record by its length.</returns>
    private static int RecordSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MessageRecordLayout.FixedLength
            || BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.MagicAt..]) != MessageRecordLayout.MessageMagic)
        {
            return 0;
        }

        var size = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.TotalSizeAt..]);
        return size >= MessageRecordLayout.FixedLength && size <= bytes.Length ? size : 0;
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) =>
        bytes.Length < MinimumBlank
        || BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.MagicAt..]) == MessageRecordLayout.BlankMagic;
}
