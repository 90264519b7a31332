using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Node;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Network;

/// <summary>Makes Services true on this machine: a relay for each port of a cluster address, names in the hosts file.</summary>
internal sealed class ServiceNetwork : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ResourceApi _api;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly HostsFile _hosts;
    private readonly Dictionary<IPEndPoint, ServiceRelay> _relays = [];
    private readonly ChangeSignal _changes;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    /// <summary>Starts it.</summary>
    /// <param name="api">The objects.</param>
    /// <param name="directory">The root of the cluster's files.</param>
    /// <param name="clock">Measures pauses.</param>
    /// <param name="logger">Where failures go.</param>
    public ServiceNetwork(ResourceApi api, string directory, TimeProvider clock, ILogger<ServiceNetwork> logger)
    {
        _api = api;
        _clock = clock;
        _logger = logger;
        Directory.CreateDirectory(directory);
        _hosts = new HostsFile(HostsPath(directory));
        _changes = new ChangeSignal(api.Store, BuiltInTypes.Services, BuiltInTypes.Pods);
        _running = RunAsync();
    }

    /// <summary>The file that <c>ROCKETEER_HOSTS</c> names.</summary>
    public static string HostsPath(string directory) => Path.Combine(directory, "hosts");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        await _changes.DisposeAsync();
        foreach (var relay in _relays.Values)
        {
            await relay.DisposeAsync();
        }

        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    await PassAsync();
                }
                catch (Exception e) when (e is IOException or InvalidOperationException or FormatException)
                {
                    _logger.PassFailed("services", e.Message);
                }

                await _changes.WaitAsync(LongestPause, _clock, _ending.Token);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return; // asked to stop
        }
    }

    private async Task PassAsync()
    {
        var services = _api.Store.List(BuiltInTypes.Services, null).Items;
        var wanted = new HashSet<IPEndPoint>();
        foreach (var service in services)
        {
            Relay(service, wanted);
        }

        foreach (var (address, relay) in _relays.Where(entry => !wanted.Contains(entry.Key)).ToList())
        {
            _relays.Remove(address);
            await relay.DisposeAsync();
        }

        _hosts.Write(services, PodsOf);
    }

    private void Relay(JsonObject service, HashSet<IPEndPoint> wanted)
    {
        if (!IPAddress.TryParse(service["spec"]?["clusterIP"]?.ToString(), out var ip))
        {
            return; // headless
        }

        foreach (var port in service["spec"]!["ports"] as JsonArray ?? [])
        {
            var address = new IPEndPoint(ip, int.Parse(port!["port"]!.ToString(), CultureInfo.InvariantCulture));
            wanted.Add(address);
            try
            {
                if (!_relays.TryGetValue(address, out var relay))
                {
                    _relays[address] = relay = new ServiceRelay(address);
                }

                relay.Targets = [.. PodsOf(service).Select(pod => new IPEndPoint(
                    IPAddress.Parse(pod["status"]!["podIP"]!.ToString()),
                    ContainerActions.PortOf(pod["spec"]!["containers"]![0]!, port["targetPort"] ?? port["port"])))];
            }
            catch (SocketException e)
            {
                _logger.ServiceNotServed(service.Name(), address.ToString(), e.Message);
            }
        }
    }

    // Those that are selected and have an address, and are ready unless the Service wants them anyway.
    private IEnumerable<JsonObject> PodsOf(JsonObject service)
    {
        if (service["spec"]?["selector"] is not JsonObject { Count: > 0 } wanted)
        {
            return [];
        }

        var selector = LabelSelector.FromJson(wanted);
        var all = service["spec"]!["publishNotReadyAddresses"]?.GetValue<bool>() == true;
        return _api.Store.List(BuiltInTypes.Pods, service.Key().Namespace).Items.Where(pod =>
            selector.MatchesLabels(pod) && pod["status"]?["podIP"] is not null && !pod.IsFinished()
            && (all || (pod.IsReady() && !pod.IsTerminating())));
    }
}
