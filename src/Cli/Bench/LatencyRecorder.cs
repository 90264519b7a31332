using HdrHistogram;

namespace Rocketeer.Cli.Bench;

/// <summary>
/// Latencies to three digits, up to ten minutes. A histogram per in-flight request would take 150 KiB for each of thousands, so threads
/// share a few, and no thread waits for another in practice. Thread-safe.
/// </summary>
internal sealed class LatencyRecorder
{
    private const long LongestMicroseconds = 600_000_000;
    private const int Digits = 3;
    private readonly LongHistogram[] _stripes;

    public LatencyRecorder() =>
        _stripes = [.. Enumerable.Range(0, Math.Max(4, Environment.ProcessorCount * 2)).Select(_ => new LongHistogram(LongestMicroseconds, Digits))];

    public void Record(TimeSpan latency)
    {
        var stripe = _stripes[Environment.CurrentManagedThreadId % _stripes.Length];
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 0, LongestMicroseconds);
        lock (stripe)
        {
            stripe.RecordValue(microseconds);
        }
    }

    /// <summary>All of them together; <see langword="null"/> if there is none.</summary>
    public LatencyFigures? Summarize()
    {
        var all = new LongHistogram(LongestMicroseconds, Digits);
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                all.Add(stripe);
            }
        }

        return all.TotalCount == 0
            ? null
            : new LatencyFigures(
                Math.Round(all.GetMean(), 1),
                all.GetValueAtPercentile(50),
                all.GetValueAtPercentile(99),
                all.GetValueAtPercentile(99.9),
                all.GetMaxValue());
    }
}
