using System.Collections.Concurrent;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage;

/// <summary>
/// Outcome of a read, with slices of the log that stay mapped until it is disposed. Pooled: the reader disposes it exactly once and
/// does not touch it afterwards. Not thread-safe.
/// </summary>
public sealed class GetResult : IDisposable
{
    private const int MaxPooled = 256;

    private static readonly ConcurrentQueue<GetResult> Pool = new();
    private static int _pooled;

    private readonly List<MappedSegment> _held = [];
    private readonly List<Slice> _slices = [];
    private bool _isRented;

    private GetResult()
    {
    }

    /// <summary>Outcome.</summary>
    public GetStatus Status { get; internal set; }

    /// <summary>Where the next read begins.</summary>
    public long NextBeginOffset { get; internal set; }

    /// <summary>First offset of the queue.</summary>
    public long MinOffset { get; internal set; }

    /// <summary>End of the queue (one behind the last message).</summary>
    public long MaxOffset { get; internal set; }

    /// <summary>Messages found.</summary>
    public int MessageCount => _slices.Count;

    /// <summary>Bytes of the messages found.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>True when the consumer is so far behind that it should read from a slave.</summary>
    public bool SuggestReadingFromSlave { get; internal set; }

    /// <summary>Bytes of the log behind the last message looked at: how far the reader is behind, 0 when there was none.</summary>
    public long BehindBytes { get; internal set; }

    /// <summary>Store time of the last message found, milliseconds since 1970; 0 when none.</summary>
    public long LastStoreTimestamp { get; internal set; }

    /// <summary>Copies the records found, back to back.</summary>
    /// <param name="destination">At least <see cref="TotalBytes"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        for (var i = 0; i < _slices.Count; i++)
        {
            var record = this[i];
            record.CopyTo(destination);
            destination = destination[record.Length..];
        }
    }

    /// <summary>The n-th record found.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var slice = _slices[index];
            return slice.Segment.Read(slice.Position, slice.Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isRented)
        {
            return;
        }

        _isRented = false;
        foreach (var segment in _held)
        {
            segment.Release();
        }

        _held.Clear();
        _slices.Clear();
        if (Interlocked.Increment(ref _pooled) <= MaxPooled)
        {
            Pool.Enqueue(this);
        }
        else
        {
            Interlocked.Decrement(ref _pooled);
        }
    }

    /// <summary>An empty result.</summary>
    internal static GetResult Rent()
    {
        if (Pool.TryDequeue(out var result))
        {
            Interlocked.Decrement(ref _pooled);
        }
        else
        {
            result = new GetResult();
        }

        result._isRented = true;
        result.Status = GetStatus.NoMatchedMessage;
        result.NextBeginOffset = result.MinOffset = result.MaxOffset = result.LastStoreTimestamp = result.BehindBytes = 0;
        result.TotalBytes = 0;
        result.SuggestReadingFromSlave = false;
        return result;
    }

    /// <summary>Finds a record in the log and keeps its file mapped; neighbours share one hold.</summary>
    /// <returns>False when the record is not there, or not of this size.</returns>
    internal bool TryHoldRecord(ILogReader log, long commitOffset, int size, out ReadOnlySpan<byte> record)
    {
        var segment = _held.Count > 0 ? _held[^1] : null;
        if (segment is null || commitOffset < segment.StartOffset || commitOffset >= segment.EndOffset)
        {
            segment = log.TryHold(commitOffset);
            if (segment is null)
            {
                record = default;
                return false;
            }

            _held.Add(segment);
        }

        return LogReaderExtensions.TryReadRecord(segment, commitOffset, out record) && record.Length == size;
    }

    /// <summary>Adds the record found last by <see cref="TryHoldRecord"/>.</summary>
    internal void Add(long commitOffset, int size)
    {
        var segment = _held[^1];
        _slices.Add(new Slice(segment, (int)(commitOffset - segment.StartOffset), size));
        TotalBytes += size;
    }

    private readonly record struct Slice(MappedSegment Segment, int Position, int Length);
}
