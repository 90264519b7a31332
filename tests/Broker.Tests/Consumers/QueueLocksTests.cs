using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Consumers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Consumers;

public sealed class QueueLocksTests
{
    private static readonly MessageQueue First = new("T", "broker-a", 0);
    private static readonly MessageQueue Second = new("T", "broker-a", 1);
    private readonly FakeTimeProvider _clock = new();
    private readonly QueueLocks _locks;

    public QueueLocksTests() => _locks = new QueueLocks(_clock);

    [Fact]
    public void A_queue_has_one_holder_per_group()
    {
        Assert.Equal([First], _locks.Acquire("G", "a", [First]));
        Assert.Equal([Second], _locks.Acquire("G", "b", [First, Second]));
        Assert.Equal([First], _locks.Acquire("Other", "b", [First]));
    }

    [Fact]
    public void Only_the_holder_gives_a_lock_up()
    {
        _locks.Acquire("G", "a", [First]);

        _locks.Release("G", "b", [First]);
        Assert.Empty(_locks.Acquire("G", "b", [First]));

        _locks.Release("G", "a", [First]);
        Assert.Equal([First], _locks.Acquire("G", "b", [First]));
    }

    [Fact]
    public void A_lock_that_is_not_renewed_for_a_minute_is_free()
    {
        _locks.Acquire("G", "a", [First]);
        _clock.Advance(TimeSpan.FromSeconds(50));
        _locks.Acquire("G", "a", [First]);
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Empty(_locks.Acquire("G", "b", [First]));

        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([First], _locks.Acquire("G", "b", [First]));
    }

    [Fact]
    public void Expired_locks_are_forgotten()
    {
        _locks.Acquire("G", "a", [First, Second]);
        _clock.Advance(TimeSpan.FromSeconds(61));

        _locks.RemoveExpired();

        Assert.Equal(0, _locks.Count);
    }
}
