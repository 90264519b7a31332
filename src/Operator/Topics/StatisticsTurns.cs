using System.Collections.Concurrent;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Topics;

/// <summary>
/// Whose offsets are read next. No bulk request tells them, so that every read costs a call per master; at most some sixty Topics of a
/// cluster have their turn in one resync, however many there are. Thread-safe.
/// </summary>
/// <param name="clock">For the turns.</param>
internal sealed class StatisticsTurns(TimeProvider clock)
{
    private const int PerResync = 64;
    private readonly ConcurrentDictionary<ResourceKey, DateTimeOffset> _due = new();

    /// <summary>True when it is the turn of a Topic; the next one is set then.</summary>
    /// <param name="topic">The Topic.</param>
    /// <param name="resync">Time between comparisons.</param>
    /// <param name="topics">Topics of the cluster.</param>
    public bool IsDue(ResourceKey topic, TimeSpan resync, int topics)
    {
        var now = clock.GetUtcNow();
        var crowd = topics / PerResync;
        if (crowd > 0)
        {
            _due.TryAdd(topic, now + (resync * (crowd * Random.Shared.NextDouble())));
        }

        if (_due.TryGetValue(topic, out var due) && now < due)
        {
            return false;
        }

        _due[topic] = now + (resync * (0.8 + crowd));
        return true;
    }

    /// <summary>Forgets a Topic that is gone.</summary>
    public void Forget(ResourceKey topic) => _due.TryRemove(topic, out _);
}
