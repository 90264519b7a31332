namespace Rocketeer.Storage.CommitLogs;

/// <summary>Waiting senders in the order of their offsets. Grows and never shrinks; the steady state allocates nothing. Not thread-safe.</summary>
internal sealed class WaiterRing
{
    private DurabilityWaiter?[] _ring = new DurabilityWaiter?[256]; // a power of two
    private int _head;
    private int _count;

    /// <summary>Number of senders that wait; may be read at any time.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The one with the lowest offset. There must be one.</summary>
    public DurabilityWaiter First => _ring[_head]!;

    /// <summary>Adds a sender. They arrive nearly in the order of their offsets, so the place is near the end.</summary>
    public void Insert(DurabilityWaiter waiter)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        var mask = _ring.Length - 1;
        var place = _count++;
        while (place > 0 && _ring[(_head + place - 1) & mask]!.EndOffset > waiter.EndOffset)
        {
            _ring[(_head + place) & mask] = _ring[(_head + place - 1) & mask];
            place--;
        }

        _ring[(_head + place) & mask] = waiter;
    }

    /// <summary>Takes the first one. There must be one.</summary>
    public DurabilityWaiter Take()
    {
        var waiter = First;
        _ring[_head] = null;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        return waiter;
    }

    /// <summary>Lets the time of everybody who waits end now.</summary>
    public void Expire(long now)
    {
        for (var i = 0; i < Count; i++)
        {
            _ring[(_head + i) & (_ring.Length - 1)]!.Deadline = now;
        }
    }

    private void Grow()
    {
        var larger = new DurabilityWaiter?[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}
