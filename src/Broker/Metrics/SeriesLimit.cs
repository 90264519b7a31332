namespace Rocketeer.Broker.Metrics;

/// <summary>
/// Decides which names get series of their own. Who has one keeps it as long as it is there, so that no series comes and goes with the
/// number of the others; free places go to those that are asked about next. Not thread-safe.
/// </summary>
/// <typeparam name="T">What is named.</typeparam>
internal sealed class SeriesLimit<T>
    where T : notnull
{
    private readonly HashSet<T> _admitted = [];
    private readonly HashSet<T> _seen = [];

    /// <summary>Those that have no series of their own, as of the last round.</summary>
    public int Overflow { get; private set; }

    /// <summary>Whether a name has series of its own.</summary>
    /// <param name="name">The name.</param>
    /// <param name="most">Names at most.</param>
    public bool Admits(T name, int most)
    {
        _seen.Add(name);
        return _admitted.Contains(name) ? _admitted.Count <= most || !_admitted.Remove(name) : _admitted.Count < most && _admitted.Add(name);
    }

    /// <summary>A round is over: names that were not asked about are gone and give their places back.</summary>
    public void EndRound()
    {
        _admitted.IntersectWith(_seen);
        Overflow = _seen.Count - _admitted.Count;
        _seen.Clear();
    }
}
