using System.Collections.Concurrent;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Members;

/// <summary>
/// Whose offsets are read next. No bulk request tells them, so that every read costs a call per master; at most some sixty members of a
/// cluster have their turn in one resync, however many there are. Thread-safe.
/// </summary>
/// <param name="clock">For the turns.</param>
internal sealed class StatisticsTurns(TimeProvider clock)
{
    private const int PerResync = 64;
    private readonly ConcurrentDictionary<ResourceKey, DateTimeOffset> _due = new();

    /// <summary>True when it is the turn of a resource; the next one is set then.</summary>
    /// <param name="member">The resource.</param>
    /// <param name="resync">Time between comparisons.</param>
    /// <param name="members">Resources of the cluster.</param>
    public bool IsDue(ResourceKey member, TimeSpan resync, int members)
    {
        var now = clock.GetUtcNow();
        var crowd = members / PerResync;
        if (crowd > 0)
        {
            _due.TryAdd(member, now + (resync * (crowd * Random.Shared.NextDouble())));
        }

        if (_due.TryGetValue(member, out var due) && now < due)
        {
            return false;
        }

        _due[member] = now + (resync * (0.8 + crowd));
        return true;
    }

    /// <summary>Forgets a resource that is gone.</summary>
    public void Forget(ResourceKey member) => _due.TryRemove(member, out _);
}
