using System.Collections.Concurrent;

namespace Rocketeer.Client.Producing;

/// <summary>
/// Which brokers to keep away from, and until when, judged by how long their last answer took (reference: namesrv-and-client.md C3).
/// Thread-safe.
/// </summary>
internal sealed class BrokerFaultTable(TimeProvider clock)
{
    /// <summary>What counts as the latency of an attempt that failed.</summary>
    public static readonly TimeSpan LatencyOfFailure = TimeSpan.FromSeconds(30);

    private static readonly (int LatencyMs, int BlockedMs)[] Steps =
    [
        (15_000, 600_000), (3_000, 180_000), (2_000, 120_000), (1_000, 60_000), (550, 30_000),
    ];

    private readonly ConcurrentDictionary<string, Fault> _faults = new(StringComparer.Ordinal);

    /// <summary>How long a broker with this latency is kept away from.</summary>
    public static TimeSpan BlockedFor(TimeSpan latency)
    {
        foreach (var (latencyMs, blockedMs) in Steps)
        {
            if (latency.TotalMilliseconds >= latencyMs)
            {
                return TimeSpan.FromMilliseconds(blockedMs);
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>Notes how an attempt ended.</summary>
    public void Record(string brokerName, TimeSpan latency, bool failed)
    {
        var judged = failed ? LatencyOfFailure : latency;
        var blocked = BlockedFor(judged);
        if (blocked == TimeSpan.Zero)
        {
            // The common case keeps no entry: a broker that answers in time is as good as one never heard of.
            _faults.TryRemove(brokerName, out _);
            return;
        }

        _faults[brokerName] = new Fault(judged, clock.GetUtcNow() + blocked);
    }

    /// <summary>True if there is no reason to keep away from the broker now.</summary>
    public bool IsAvailable(string brokerName) =>
        !_faults.TryGetValue(brokerName, out var fault) || clock.GetUtcNow() >= fault.Until;

    /// <summary>For choosing among brokers that are all blocked: the lower, the better.</summary>
    public (DateTimeOffset Until, TimeSpan Latency) RankOf(string brokerName) =>
        _faults.TryGetValue(brokerName, out var fault) ? (fault.Until, fault.Latency) : (DateTimeOffset.MinValue, TimeSpan.Zero);

    private sealed record Fault(TimeSpan Latency, DateTimeOffset Until);
}
