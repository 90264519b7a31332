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
    private volatile bool _isRequired;

    /// <summary>Whether senders wait for a slave.</summary>
    public bool IsRequired
    {
        get => _isRequired;
        set => _isRequired = value;
    }

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

    /// <summary>Forgets what slaves have: the log is about to become another.</summary>
    public void Reset()
    {
        Volatile.Write(ref _nearest, Nobody);
        Volatile.Write(ref _reached, 0);
    }

    /// <summary>What a sender does whose message ends at an offset.</summary>
    public ReplicaWait WaitFor(long endOffset)
    {
        if (!_isRequired)
        {
            return ReplicaWait.None;
        }

        var nearest = Volatile.Read(ref _nearest);
        return nearest != Nobody && endOffset - nearest < fallBehindMax ? ReplicaWait.Waits : ReplicaWait.NobodyThere;
    }
}
