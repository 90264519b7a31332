using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace Rocketeer.Hosting.Probes;

/// <summary>
/// Carries the <c>Rocketeer.*</c> meters of the process over to a Prometheus registry. A metric is named like its instrument, with
/// underscores for dots, the unit behind it (<c>_seconds</c>, <c>_bytes</c>) and <c>_total</c> for a counter; see docs/metrics.md.
/// Thread-safe.
/// </summary>
/// <remarks>
/// Not the exporter's own adapter: it forgets what was silent for minutes, so that a number of open connections began anew at zero, and
/// kept for minutes what is gone, such as a deleted topic. Here a counter lives as long as the process, and an observed series as long as
/// it is observed.
/// </remarks>
internal sealed class MeterBridge : IDisposable
{
    private readonly IMetricFactory _factory;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, InstrumentSeries> _series = new();
    private readonly Lock _collecting = new();

    /// <summary>Starts to listen.</summary>
    /// <param name="registry">Receives the metrics.</param>
    public MeterBridge(CollectorRegistry registry)
    {
        _factory = Metrics.WithCustomRegistry(registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Rocketeer.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument, _series.GetOrAdd(instrument, Create));
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) =>
        {
            if (_series.TryRemove(instrument, out var series))
            {
                series.Clear();
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.Start();
        registry.AddBeforeCollectCallback(Collect);
    }

    /// <summary>Names of the metrics that the present instruments make, also of those that nothing was measured with yet.</summary>
    public IReadOnlyCollection<string> Names => [.. _series.Keys.Select(InstrumentSeries.NameOf).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>Asks the observable instruments; what none of them tells any more goes.</summary>
    private void Collect()
    {
        lock (_collecting)
        {
            _listener.RecordObservableInstruments();
            foreach (var (_, series) in _series)
            {
                series.RemoveUnseen();
            }
        }
    }

    private InstrumentSeries Create(Instrument instrument) => new(instrument, _factory);
}
