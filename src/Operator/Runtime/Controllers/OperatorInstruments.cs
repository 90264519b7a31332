using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Rocketeer.Operator.Runtime.Controllers;

/// <summary>What the operator counts; the host exports it.</summary>
internal sealed class OperatorInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Rocketeer.Operator";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _passes;
    private readonly Counter<long> _failures;
    private readonly ConcurrentDictionary<string, Func<int>> _depths = new();

    /// <summary>Creates the instruments.</summary>
    public OperatorInstruments()
    {
        _passes = _meter.CreateHistogram<double>("operator.reconcile.duration", "s", "How long a pass over one entity took.");
        _failures = _meter.CreateCounter<long>("operator.reconcile.failures", description: "Passes that failed and are tried again.");
        _meter.CreateObservableGauge(
            "operator.queue.depth",
            () => _depths.Select(pair => new Measurement<int>(pair.Value(), KeyValuePair.Create<string, object?>("kind", pair.Key))),
            description: "Entities that wait for a pass.");
    }

    /// <summary>Watches a queue.</summary>
    public void Observe(string kind, Func<int> depth) => _depths[kind] = depth;

    /// <summary>Counts a pass.</summary>
    public void Passed(string kind, TimeSpan duration, bool succeeded)
    {
        var tag = KeyValuePair.Create<string, object?>("kind", kind);
        _passes.Record(duration.TotalSeconds, tag);
        if (!succeeded)
        {
            _failures.Add(1, tag);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
