using Rocketeer.Storage.CommitLogs;

namespace Rocketeer.Storage.Replication;

/// <summary>
/// The commit log as replication sees it: raw bytes out of a master's, raw bytes into a slave's, and what the slaves confirm. Knows nothing
/// of connections. Reading is thread-safe; appending and cutting off is for one caller at a time, whoever follows the master.
/// </summary>
public sealed class ReplicationLog
{
    private readonly CommitLog _log;
    private readonly StoreOptions _options;
    private readonly StoreRole _role;
    private readonly DurabilityGate _gate;
    private readonly ReplicaCondition _replica;
    private readonly Func<long, bool, DivergedTail?> _cut;
    private RecordStreamCheck? _check; // of the log's end; null when it must be found again

    internal ReplicationLog(
        CommitLog log,
        StoreOptions options,
        StoreRole role,
        DurabilityGate gate,
        ReplicaCondition replica,
        Func<long, bool, DivergedTail?> cut)
    {
        _log = log;
        _options = options;
        _role = role;
        _gate = gate;
        _replica = replica;
        _cut = cut;
    }

    /// <summary>Raised when more of the log is readable, for every append: handlers must cost next to nothing and must not throw.</summary>
    public event Action? Grew;

    /// <summary>First offset of the log.</summary>
    public long MinOffset => _log.MinOffset;

    /// <summary>End of what is readable.</summary>
    public long MaxOffset => _log.MaxOffset;

    /// <summary>End of what was appended; under synchronous flush it becomes readable a moment later.</summary>
    public long AppendedOffset => _log.AppendedOffset;

    /// <summary>Size of a log file, bytes.</summary>
    public int FileSize => _log.SegmentSize;

    /// <summary>End of what is as durable as the flush setting promises: what a slave may confirm.</summary>
    public long DurableOffset => _options.FlushMode == FlushMode.Sync ? _log.FlushedOffset : _log.MaxOffset;

    /// <summary>Everything before this offset is known to be on a slave too.</summary>
    public long ConfirmedOffset => _replica.ReachedOffset;

    /// <summary>Copies bytes of the log, up to the end of a log file.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="target">Where they go.</param>
    /// <returns>Bytes copied; 0 when nothing is readable there.</returns>
    public int Read(long offset, Span<byte> target)
    {
        if (offset < 0 || !_log.TryRead(offset, target.Length, out var slice))
        {
            return 0;
        }

        using (slice)
        {
            slice.Span.CopyTo(target);
            return slice.Length;
        }
    }

    /// <summary>Compares bytes with this log.</summary>
    /// <param name="offset">Where they stand in the other log.</param>
    /// <param name="bytes">The bytes, not beyond the end of this log.</param>
    /// <returns>Number of bytes that are equal before the first that differs, or is not here any more.</returns>
    public int CountEqual(long offset, ReadOnlySpan<byte> bytes)
    {
        var equal = 0;
        while (equal < bytes.Length && _log.TryRead(offset + equal, bytes.Length - equal, out var slice))
        {
            using (slice)
            {
                var same = slice.Span.CommonPrefixLength(bytes[equal..]);
                equal += same;
                if (same < slice.Length)
                {
                    break;
                }
            }
        }

        return equal;
    }

    /// <summary>Where the last whole record begins; the beginning of the log when there is none.</summary>
    public long LastRecordStart => _log.LastRecordStart();

    /// <summary>The last place at or before an offset where a record begins or the last one ends.</summary>
    public long BoundaryAtOrBefore(long offset) => _log.BoundaryAtOrBefore(offset, out _);

    /// <summary>End of the first record that begins at or behind an offset.</summary>
    public long EndOfFirstRecordFrom(long offset) => _log.EndOfFirstRecordFrom(offset);

    /// <summary>Appends a piece of the master's log.</summary>
    /// <param name="offset">Where it stands; anything when this log is empty.</param>
    /// <param name="bytes">The piece; may begin and end inside a record, never crosses a log file.</param>
    public ReplicaAppend Append(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_role.IsMaster)
        {
            return ReplicaAppend.Refused;
        }

        var check = _check ?? FindCheck(offset);
        if (!check.Accept(offset, bytes))
        {
            return ReplicaAppend.NotALog;
        }

        var status = _log.AppendRaw(offset, bytes);
        if (status == PutStatus.Ok)
        {
            _check = check;
            return ReplicaAppend.Appended;
        }

        return status switch
        {
            PutStatus.PageCacheBusy => ReplicaAppend.Busy,
            PutStatus.MessageIllegal => ReplicaAppend.Misplaced,
            _ => ReplicaAppend.Refused,
        };
    }

    /// <summary>Calls the waiter when the log up to an offset is as durable as the flush setting promises.</summary>
    public void WhenDurable(DurabilityWaiter waiter, long offset) => _gate.Wait(waiter, offset, locally: true);

    /// <summary>
    /// Cuts the log off at the last record that begins at or before an offset, and queues and index with it; keeps aside what is cut off. At
    /// or before the beginning of the log the log is empty afterwards. Blocks: not for an event loop.
    /// </summary>
    /// <param name="offset">The offset.</param>
    /// <param name="keep">False for what is no message yet: half a record.</param>
    /// <returns>Where the tail is; <see langword="null"/> when nothing was cut off or kept.</returns>
    /// <exception cref="IOException">The disk refused. The log is as it was, or shorter; trying again goes on.</exception>
    public DivergedTail? CutOff(long offset, bool keep = true)
    {
        _check = null;
        return _cut(offset, keep);
    }

    /// <summary>Whether senders wait for a slave: a synchronous master, from when it serves slaves.</summary>
    /// <param name="required">True to wait.</param>
    public void RequireReplica(bool required) => _replica.Require(required);

    /// <summary>Tells where the connected slave stands that has most; <see langword="null"/> when none is connected.</summary>
    public void ReplicaIsAt(long? offset) => _replica.SetNearest(offset);

    /// <summary>A slave has confirmed what was sent to it, up to this offset.</summary>
    public void Confirm(long offset)
    {
        if (_replica.Reach(offset))
        {
            _gate.Advance();
        }
    }

    /// <summary>
    /// No slave will confirm any more: who waits is told what is true, and what was confirmed is forgotten. After the role was closed and its
    /// appends are done.
    /// </summary>
    public void AbandonReplicas()
    {
        _replica.Abandon(_log.AppendedOffset);
        _gate.GiveUpReplica();
        _replica.Forget();
    }

    internal void OnReadable() => Grew?.Invoke();

    private RecordStreamCheck FindCheck(long offset)
    {
        var end = _log.MaxOffset;
        if (end == 0)
        {
            return new RecordStreamCheck(FileSize, offset);
        }

        // What is behind the last boundary is the beginning of a record: it is looked at again.
        var boundary = _log.BoundaryAtOrBefore(end, out _);
        var check = new RecordStreamCheck(FileSize, boundary);
        while (boundary < end && _log.TryRead(boundary, (int)Math.Min(int.MaxValue, end - boundary), out var slice))
        {
            using (slice)
            {
                check.Accept(boundary, slice.Span);
                boundary += slice.Length;
            }
        }

        return check;
    }
}
