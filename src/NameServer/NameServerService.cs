using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rocketeer.Hosting;

namespace Rocketeer.NameServer;

/// <summary>The name server's life inside its process.</summary>
internal sealed class NameServerService(NameServerOptions options, ServerStart start, TimeProvider clock, ILoggerFactory loggers) : IHostedService
{
    private NameServerApp? _app;

    public async Task StartAsync(CancellationToken cancellationToken) =>
        _app = await NameServerApp.StartAsync(
            options, start.Binder, start.CommandLine.ConfigFile ?? options.ConfigStorePath, clock, loggers, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken);
            await _app.DisposeAsync();
        }
    }
}
