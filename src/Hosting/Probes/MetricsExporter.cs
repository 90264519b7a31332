using Prometheus;

namespace Rocketeer.Hosting.Probes;

/// <summary>
/// Publishes every <c>Rocketeer.*</c> meter of the process, and the process's own figures, in Prometheus' text form. The libraries know
/// only System.Diagnostics.Metrics.
/// </summary>
public sealed class MetricsExporter : IDisposable
{
    /// <summary>Content type of what <see cref="ExportAsync"/> writes.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly IDisposable _listener;

    /// <summary>Starts to listen to the meters.</summary>
    public MetricsExporter()
    {
        DotNetStats.Register(_registry);
        _listener = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = _registry,
            MetricFactory = Metrics.WithCustomRegistry(_registry),
            InstrumentFilterPredicate = instrument => instrument.Meter.Name.StartsWith("Rocketeer.", StringComparison.Ordinal),
        });
    }

    /// <summary>Writes the present values.</summary>
    /// <param name="output">Receives the text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ExportAsync(Stream output, CancellationToken cancellationToken) =>
        _registry.CollectAndExportAsTextAsync(output, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
