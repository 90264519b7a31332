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
    private readonly MeterBridge _bridge;

    /// <summary>Starts to listen to the meters.</summary>
    public MetricsExporter()
    {
        DotNetStats.Register(_registry);
        _bridge = new MeterBridge(_registry);
    }

    /// <summary>Names of our metrics, also of those that nothing was measured for yet.</summary>
    public IReadOnlyCollection<string> Names => _bridge.Names;

    /// <summary>Writes the present values.</summary>
    /// <param name="output">Receives the text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ExportAsync(Stream output, CancellationToken cancellationToken) =>
        _registry.CollectAndExportAsTextAsync(output, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _bridge.Dispose();
}
