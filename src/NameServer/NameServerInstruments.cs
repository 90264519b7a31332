using System.Diagnostics.Metrics;
using Rocketeer.NameServer.Routing;

namespace Rocketeer.NameServer;

/// <summary>The name server's meters.</summary>
internal sealed class NameServerInstruments : IDisposable
{
    private readonly Meter _meter = new("Rocketeer.NameServer");
    private readonly Counter<long> _registrations;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _routes;

    public NameServerInstruments(RouteTable routes)
    {
        _registrations = _meter.CreateCounter<long>("rocketeer.nameserver.registrations", description: "Registrations of brokers served.");
        _lost = _meter.CreateCounter<long>("rocketeer.nameserver.brokers.lost", description: "Brokers removed without a goodbye.");
        _routes = _meter.CreateCounter<long>("rocketeer.nameserver.routes", description: "Route lookups served.");
        _meter.CreateObservableGauge("rocketeer.nameserver.brokers", () => routes.LiveBrokerCount, description: "Registered broker processes.");
        _meter.CreateObservableGauge("rocketeer.nameserver.topics", () => routes.TopicCount, description: "Topics with a queue anywhere.");
    }

    public void Registered() => _registrations.Add(1);

    public void Expired() => _lost.Add(1, new KeyValuePair<string, object?>("reason", "silent"));

    public void ConnectionLost() => _lost.Add(1, new KeyValuePair<string, object?>("reason", "connection"));

    public void RouteLookedUp(bool found) => _routes.Add(1, new KeyValuePair<string, object?>("found", found));

    public void Dispose() => _meter.Dispose();
}
