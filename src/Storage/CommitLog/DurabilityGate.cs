using Microsoft.Extensions.Logging;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// Holds senders until their offset is as durable as configured: until every condition has reached it. Completes them in offset order,
/// outside the lock, on the thread that moved a condition, or late on a timer. A wait is a place in a ring, no task and no thread.
/// </summary>
internal sealed class DurabilityGate : IDisposable
{
    private const int Burst = 64;

    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly DurabilityWaiter?[] _burst = new DurabilityWaiter?[Burst]; // of the thread that drains
    private volatile IDurabilityCondition[] _conditions = [];
    private DurabilityWaiter?[] _ring = new DurabilityWaiter?[256]; // a power of two; ordered by offset
    private int _head;
    private int _count;
    private bool _timerIsSet;
    private bool _isDraining;
    private bool _givenUp;

    /// <summary>Creates a gate without conditions, which holds nobody.</summary>
    /// <param name="clock">Clock of the time-out.</param>
    /// <param name="timeout">How long a sender waits at most.</param>
    /// <param name="logger">Told when a waiter throws.</param>
    public DurabilityGate(TimeProvider clock, TimeSpan timeout, ILogger logger)
    {
        _logger = logger;
        _clock = clock;
        _timeout = timeout;
        _timer = clock.CreateTimer(static gate => ((DurabilityGate)gate!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Number of senders that wait. Takes no lock: every send asks.</summary>
    public int Waiting => Volatile.Read(ref _count);

    /// <summary>How long the sender has waited whose offset comes first; zero when none waits.</summary>
    public TimeSpan HeadWait
    {
        get
        {
            lock (_lock)
            {
                return _count == 0 ? TimeSpan.Zero : _timeout - _clock.GetElapsedTime(_clock.GetTimestamp(), _ring[_head]!.Deadline);
            }
        }
    }

    /// <summary>Adds a condition; from now on senders wait for it too.</summary>
    public void Add(IDurabilityCondition condition)
    {
        lock (_lock)
        {
            _conditions = [.. _conditions, condition];
        }
    }

    /// <summary>True when every condition has reached the offset.</summary>
    public bool IsReached(long endOffset)
    {
        foreach (var condition in _conditions)
        {
            if (condition.ReachedOffset < endOffset)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Completes the waiter when every condition has reached the offset, at once when they have.</summary>
    public void Wait(DurabilityWaiter waiter, long endOffset)
    {
        waiter.EndOffset = endOffset;
        waiter.Deadline = _clock.GetTimestamp() + (long)(_timeout.TotalSeconds * _clock.TimestampFrequency);
        PutStatus status;
        lock (_lock)
        {
            // Under the lock: a condition that moves now is followed by Advance, which then finds the waiter.
            if (!IsReached(endOffset) && !_givenUp)
            {
                Insert(waiter);
                if (!_timerIsSet)
                {
                    SetTimer(_timeout);
                }

                return;
            }

            status = StatusOf(endOffset);
        }

        waiter.Completed(status);
    }

    /// <summary>A condition moved.</summary>
    public void Advance()
    {
        lock (_lock)
        {
            // Who drains looks again before it stops, under this lock, and so sees what moved.
            if (_count == 0 || _isDraining)
            {
                return;
            }

            _isDraining = true;
        }

        Drain();
    }

    /// <summary>The conditions will not move any more: completes everybody, now and later, with what is true.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            _givenUp = true;
        }

        Advance();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GiveUp();
        _timer.Dispose();
    }

    // One thread at a time, so that completions come in order.
    private void Drain()
    {
        while (true)
        {
            int taken;
            lock (_lock)
            {
                taken = TakeReady();
                if (taken == 0)
                {
                    _isDraining = false;
                    return;
                }
            }

            for (var i = 0; i < taken; i++)
            {
                var waiter = _burst[i]!;
                _burst[i] = null;
                Complete(waiter);
            }
        }
    }

    private void Complete(DurabilityWaiter waiter)
    {
        try
        {
            waiter.Completed(StatusOf(waiter.EndOffset));
        }
        catch (Exception e) // one sender's mistake must not keep the others waiting
        {
            _logger.WaiterFailed(e, waiter.EndOffset);
        }
    }

    private int TakeReady()
    {
        var taken = 0;
        var now = _clock.GetTimestamp();
        while (_count > 0 && taken < Burst)
        {
            var waiter = _ring[_head]!;
            if (!_givenUp && waiter.Deadline > now && !IsReached(waiter.EndOffset))
            {
                break;
            }

            _burst[taken++] = waiter;
            _ring[_head] = null;
            _head = (_head + 1) & (_ring.Length - 1);
            _count--;
        }

        return taken;
    }

    // The last condition that is missing decides, as in the original, where replication comes after the disk.
    private PutStatus StatusOf(long endOffset)
    {
        var status = PutStatus.Ok;
        foreach (var condition in _conditions)
        {
            if (condition.ReachedOffset < endOffset)
            {
                status = condition.LateStatus;
            }
        }

        return status;
    }

    // Senders arrive nearly in the order of their offsets, so the place is near the end.
    private void Insert(DurabilityWaiter waiter)
    {
        if (_count == _ring.Length)
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

    private void Grow()
    {
        var larger = new DurabilityWaiter?[_ring.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }

    // The timer is set for the oldest waiter and looks again for the then oldest: one change of it per time-out, not per message.
    private void OnTimer()
    {
        Advance();
        lock (_lock)
        {
            _timerIsSet = false;
            if (_count > 0)
            {
                var left = _clock.GetElapsedTime(_clock.GetTimestamp(), _ring[_head]!.Deadline);
                SetTimer(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private void SetTimer(TimeSpan due)
    {
        _timerIsSet = true;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
