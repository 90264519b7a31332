namespace Rocketeer.Client.Consuming;

/// <summary>
/// Asks for another rebalance 1, 2, 4, 8 and 16 s after one that found a subscribed topic missing; after that the regular rounds look.
/// Without it a new group would wait up to 20 s for its retry topic, which brokers create at the group's first heartbeat, and so for its
/// first retries. Used by one rebalance at a time.
/// </summary>
internal sealed class MissingTopicWatch(TimeProvider clock, Action due) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(16);

    private readonly ITimer _timer = clock.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private TimeSpan _next = First;
    private int _missing;

    /// <summary>Told after each rebalance how many topics were missing; a change of the number begins anew.</summary>
    public void Report(int missing)
    {
        _next = missing == _missing ? _next : First;
        _missing = missing;
        if (missing > 0 && _next <= Last)
        {
            _timer.Change(_next, Timeout.InfiniteTimeSpan);
            _next *= 2;
        }
    }

    public void Dispose() => _timer.Dispose();
}
