using Microsoft.Extensions.Logging;
using Rocketeer.NameServer.Routing;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Services;

/// <summary>
/// Removes brokers that have been silent for 120 s, looking every 10 s, first after 5 s. A scan that fails is logged and the next one
/// comes all the same; the original's scan ends for good with its first exception.
/// </summary>
internal sealed class BrokerExpiryService(
    RouteTable routes, NameServerInstruments instruments, TimeProvider clock, ILogger<BrokerExpiryService> logger)
{
    public static readonly TimeSpan SilenceAllowed = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan FirstScan = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(10);

    /// <summary>Scans until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(FirstScan, clock, cancellationToken);
            using var timer = new PeriodicTimer(ScanInterval, clock);
            do
            {
                await ScanAsync();
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // asked to stop; nothing is kept
        }
    }

    private async Task ScanAsync()
    {
        try
        {
            foreach (var (address, connection) in routes.RemoveSilent(SilenceAllowed))
            {
                logger.BrokerSilent(address, SilenceAllowed.TotalSeconds);
                instruments.Expired();
                await ((RemotingConnection)connection).CloseAsync();
            }
        }
        catch (Exception e)
        {
            logger.ExpiryScanFailed(e, ScanInterval.TotalSeconds);
        }
    }
}
