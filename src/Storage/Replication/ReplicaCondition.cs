namespace Rocketeer.Storage.Replication;

/// <summary>What a sender does about slaves; decided when it begins to wait.</summary>
internal enum ReplicaWait
{
    /// <summary>Nothing: this is no synchronous master.</summary>
    None,

    /// <summary>Waits until one has the message.</summary>
    Waits,

    /// <summary>Does not wait: no slave is there, or all are too far behind.</summary>
    NobodyThere,
}

/// <summary>
/// What the slaves of a master are known to have, and whether senders wait for it (store.md section 17.5). Written by whoever talks to the
/// slaves, read by the gate. Thread-safe.
/// </summary>
/// <param name="fallBehindMax">Bytes that every slave must lack for none of them to be waited for.</param>
internal sealed class ReplicaCondition(long fallBehindMax)
{
    private const long Nobody = long.MinValue;

    private long _reached;
    private long _nearest = Nobody;
    private long _orphanedUntil; // messages before it were appended by a synchronous master that is none any more
    private volatile bool _isRequired;

    /// <summary>Whether senders wait for a slave from now on.</summary>
    public void Require(bool required)
    {
        Volatile.Write(ref _orphanedUntil, 0);
        _isRequired = required;
    }

    /// <summary>True when a sender need not wait for a slave, because one has the message or none is asked for.</summary>
    public bool IsReached(long endOffset) =>
        endOffset <= ReachedOffset || (!_isRequired && endOffset > Volatile.Read(ref _orphanedUntil));

    /// <summary>Everything before this offset was sent to a slave and reported by it.</summary>
    public long ReachedOffset => Volatile.Read(ref _reached);

    /// <summary>Raises <see cref="ReachedOffset"/>; a lower one changes nothing.</summary>
    /// <returns>True when it moved.</returns>
    public bool Reach(long offset)
    {
        var before = Volatile.Read(ref _reached);
        while (offset > before)
        {
            var seen = Interlocked.CompareExchange(ref _reached, offset, before);
            if (seen == before)
            {
                return true;
            }

            before = seen;
        }

        return false;
    }

    /// <summary>Tells where the slave stands that has most; <see langword="null"/> when there is none.</summary>
    public void SetNearest(long? offset) => Volatile.Write(ref _nearest, offset ?? Nobody);

    /// <summary>
    /// Nobody is waited for any more, and nobody is told that a message is safe which was appended while that was promised: a sender may have
    /// appended and not asked yet.
    /// </summary>
    /// <param name="appendedOffset">End of what was appended; nothing more is.</param>
    public void Abandon(long appendedOffset)
    {
        if (_isRequired)
        {
            Volatile.Write(ref _orphanedUntil, appendedOffset);
        }

        _isRequired = false;
        Volatile.Write(ref _nearest, Nobody);
    }

    /// <summary>Forgets what slaves have: the log is about to become another.</summary>
    public void Forget() => Volatile.Write(ref _reached, 0);

    /// <summary>What a sender does whose message ends at an offset.</summary>
    public ReplicaWait WaitFor(long endOffset)
    {
        if (!_isRequired)
        {
            return endOffset > Volatile.Read(ref _orphanedUntil) ? ReplicaWait.None : ReplicaWait.NobodyThere;
        }

        var nearest = Volatile.Read(ref _nearest);
        return nearest != Nobody && endOffset - nearest < fallBehindMax ? ReplicaWait.Waits : ReplicaWait.NobodyThere;
    }
}
