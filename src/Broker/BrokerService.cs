using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.Broker;

/// <summary>Runs the broker within the process's host.</summary>
internal sealed class BrokerService(
    BrokerOptions options, ServerStart start, ServerHealth health, TimeProvider clock, ILoggerFactory loggers) : IHostedService
{
    private BrokerApp? _app;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _app = await BrokerApp.StartAsync(options, start.Binder, start.CommandLine.ConfigFile, clock, loggers, cancellationToken);
        health.AddLiveness(_app.LivenessProblem);
        health.AddReadiness(_app.ReadinessProblem);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
