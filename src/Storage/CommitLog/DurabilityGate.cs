using Microsoft.Extensions.Logging;
using Rocketeer.Storage.Replication;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// Holds senders until their offset is as durable as configured: until every condition has reached it, and a slave where one is waited for.
/// Completes them in offset order, outside the lock, on the thread that moved a condition, or late on a timer. A wait is a place in a ring,
/// no task and no thread.
/// </summary>
/// <remarks>
/// Those who wait for a slave and those who need not (none is there to wait for) stand in two rings, so that the first do not keep the
/// second; the order of offsets holds within each.
/// </remarks>
internal sealed class DurabilityGate : IDisposable
{
    private const int Burst = 64;

    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly DurabilityWaiter?[] _burst = new DurabilityWaiter?[Burst]; // of the thread that drains
    private readonly WaiterRing _local = new();
    private readonly WaiterRing _replicated = new();
    private readonly ReplicaCondition? _replica;
    private volatile IDurabilityCondition[] _conditions = [];
    private bool _timerIsSet;
    private bool _isDraining;
    private bool _givenUp;

    /// <summary>Creates a gate without conditions, which holds nobody.</summary>
    /// <param name="clock">Clock of the time-out.</param>
    /// <param name="timeout">How long a sender waits at most.</param>
    /// <param name="logger">Told when a waiter throws.</param>
    /// <param name="replica">What slaves have; <see langword="null"/> for a log that is not replicated.</param>
    public DurabilityGate(TimeProvider clock, TimeSpan timeout, ILogger logger, ReplicaCondition? replica = null)
    {
        _logger = logger;
        _clock = clock;
        _timeout = timeout;
        _replica = replica;
        _timer = clock.CreateTimer(static gate => ((DurabilityGate)gate!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Number of senders that wait. Takes no lock: every send asks.</summary>
    public int Waiting => _local.Count + _replicated.Count;

    /// <summary>How long the sender has waited who has waited longest of those that come first; zero when none waits.</summary>
    public TimeSpan HeadWait
    {
        get
        {
            lock (_lock)
            {
                return Waiting == 0 ? TimeSpan.Zero : _timeout - _clock.GetElapsedTime(_clock.GetTimestamp(), EarliestDeadline());
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

    /// <summary>True when every condition has reached the offset, and a slave if one is waited for.</summary>
    public bool IsReached(long endOffset) =>
        IsLocallyReached(endOffset) && (_replica is null || _replica.IsReached(endOffset));

    /// <summary>Completes the waiter when every condition has reached the offset, at once when they have.</summary>
    /// <param name="waiter">The waiter.</param>
    /// <param name="endOffset">The offset.</param>
    /// <param name="locally">True to leave the slaves out.</param>
    public void Wait(DurabilityWaiter waiter, long endOffset, bool locally = false)
    {
        waiter.EndOffset = endOffset;
        waiter.Deadline = _clock.GetTimestamp() + (long)(_timeout.TotalSeconds * _clock.TimestampFrequency);
        PutStatus status;
        lock (_lock)
        {
            // Under the lock: a condition that moves now is followed by Advance, which then finds the waiter.
            waiter.Replica = locally || _replica is null ? ReplicaWait.None : _replica.WaitFor(endOffset);
            if (!IsReached(waiter) && !_givenUp)
            {
                (waiter.Replica == ReplicaWait.Waits ? _replicated : _local).Insert(waiter);
                if (!_timerIsSet)
                {
                    SetTimer(_timeout);
                }

                return;
            }

            status = StatusOf(waiter);
        }

        waiter.Completed(status);
    }

    /// <summary>A condition moved.</summary>
    public void Advance()
    {
        lock (_lock)
        {
            // Who drains looks again before it stops, under this lock, and so sees what moved.
            if (Waiting == 0 || _isDraining)
            {
                return;
            }

            _isDraining = true;
        }

        Drain();
    }

    /// <summary>No slave will confirm any more: those who wait for one are told what is true now.</summary>
    public void GiveUpReplica()
    {
        lock (_lock)
        {
            _replicated.Expire(_clock.GetTimestamp());
        }

        Advance();
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
                var now = _clock.GetTimestamp();
                taken = TakeReady(_local, 0, now);
                taken = TakeReady(_replicated, taken, now);
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
            waiter.Completed(StatusOf(waiter));
        }
        catch (Exception e) // one sender's mistake must not keep the others waiting
        {
            _logger.WaiterFailed(e, waiter.EndOffset);
        }
    }

    private int TakeReady(WaiterRing ring, int taken, long now)
    {
        while (ring.Count > 0 && taken < Burst && (_givenUp || ring.First.Deadline <= now || IsReached(ring.First)))
        {
            _burst[taken++] = ring.Take();
        }

        return taken;
    }

    private bool IsLocallyReached(long endOffset)
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

    private bool IsReached(DurabilityWaiter waiter) =>
        IsLocallyReached(waiter.EndOffset)
        && (waiter.Replica != ReplicaWait.Waits || _replica!.ReachedOffset >= waiter.EndOffset);

    // The last condition that is missing decides, as in the original, where replication comes after the disk.
    private PutStatus StatusOf(DurabilityWaiter waiter)
    {
        var status = PutStatus.Ok;
        foreach (var condition in _conditions)
        {
            if (condition.ReachedOffset < waiter.EndOffset)
            {
                status = condition.LateStatus;
            }
        }

        if (waiter.Replica != ReplicaWait.None && _replica!.ReachedOffset < waiter.EndOffset)
        {
            status = waiter.Replica == ReplicaWait.Waits ? PutStatus.FlushReplicaTimeout : PutStatus.ReplicaNotAvailable;
        }

        return status;
    }

    // The timer is set for the oldest waiter and looks again for the then oldest: one change of it per time-out, not per message.
    private void OnTimer()
    {
        Advance();
        lock (_lock)
        {
            _timerIsSet = false;
            if (Waiting > 0)
            {
                var left = _clock.GetElapsedTime(_clock.GetTimestamp(), EarliestDeadline());
                SetTimer(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private long EarliestDeadline() => Math.Min(
        _local.Count > 0 ? _local.First.Deadline : long.MaxValue,
        _replicated.Count > 0 ? _replicated.First.Deadline : long.MaxValue);

    private void SetTimer(TimeSpan due)
    {
        _timerIsSet = true;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
