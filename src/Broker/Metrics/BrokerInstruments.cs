using System.Diagnostics.Metrics;

namespace Rocketeer.Broker.Metrics;

/// <summary>
/// What the broker measures under names of our own; docs/metrics.md lists all. Everything is read from counters that exist anyway, when
/// somebody asks. What rocketmq-exporter measures of a broker: <see cref="ExporterInstruments"/>.
/// </summary>
internal sealed class BrokerInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Rocketeer.Broker";

    private readonly Meter _meter = new(MeterName);
    private readonly BrokerContext _broker;

    /// <summary>Creates the instruments of one broker.</summary>
    public BrokerInstruments(BrokerContext broker)
    {
        _broker = broker;
        var figures = new FigureCollector(broker);
        new ExporterInstruments(_meter, broker, figures).AddAll();
        AddTraffic();
        AddTables();
        AddReplication();
        AddRefusals();
        Gauge("rocketeer.broker.group.lag", () => figures.Now.Groups.Select(pair => new Measurement<double>(
            pair.Value.LagMilliseconds / 1000.0, Tag("topic", pair.Key.Topic), Tag("group", pair.Key.Group))),
            "s", "Age of the oldest message that a group has still to consume in a topic");
        Gauge("rocketeer.broker.metrics.folded", () =>
        [
            new Measurement<double>(figures.Now.TopicsFolded, Tag("kind", "topics")),
            new Measurement<double>(figures.Now.GroupsFolded, Tag("kind", "groups")),
        ],
        "{name}", "Topics, and pairs of topic and group, that share the series ~other");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    private void AddTraffic()
    {
        var statistics = _broker.Statistics;
        _meter.CreateObservableCounter("rocketeer.broker.put.messages", () => statistics.PutTotal, "{message}", "Messages stored");
        _meter.CreateObservableCounter("rocketeer.broker.put", () => statistics.PutBytesTotal, "By", "Bytes stored");
        _meter.CreateObservableCounter("rocketeer.broker.get.messages", () => statistics.TransferredTotal, "{message}", "Messages sent to consumers");
        Gauge("rocketeer.broker.queue.waiting", () => _broker.Queues.All.Select(queue =>
            new Measurement<double>(queue.Waiting, Tag("queue", queue.Name))), "{request}", "Requests that wait, by queue");
        Gauge("rocketeer.broker.queue.head_wait", () => _broker.Queues.All.Select(queue =>
            new Measurement<double>(queue.HeadWait.TotalSeconds, Tag("queue", queue.Name))), "s", "How long the request at the head has waited, by queue");
    }

    private void AddTables()
    {
        Value("rocketeer.broker.topics", () => _broker.Topics.Count, "{topic}", "Topics");
        Value("rocketeer.broker.groups", () => _broker.Groups.Count, "{group}", "Consumer groups with settings");
        Value("rocketeer.broker.consumer.groups", () => _broker.Consumers.Count, "{group}", "Consumer groups online");
        Value("rocketeer.broker.producer.groups", () => _broker.Producers.Count, "{group}", "Producer groups online");
        Value("rocketeer.broker.locks", () => _broker.Locks.Count, "{queue}", "Queues locked for ordered consumption");
        Value("rocketeer.broker.registered", () => _broker.Registrar.IsRegistered ? 1 : 0, null, "1 when a name server knows this broker");
        Value("rocketeer.broker.master", () => _broker.Role.IsMaster ? 1 : 0, null, "1 on a master, 0 on a slave");
        Value("rocketeer.broker.writeable", () => _broker.Store.IsWriteable ? 1 : 0, null, "1 when the store takes messages");
    }

    private void AddReplication()
    {
        Gauge("rocketeer.broker.replica.lag", () => _broker.Replication.Status.Slaves.Select(slave =>
            new Measurement<double>(slave.LagBytes, Tag("slave", slave.Address))), "By", "Bytes of the log that a connected slave has not confirmed");
        Value("rocketeer.broker.replicas", () => _broker.Replication.Status.Slaves.Count, "{slave}", "Slaves that are connected");
        Value("rocketeer.broker.diverged", () => _broker.Replication.Status.Master is { IsDiverged: true } ? 1 : 0, null, "1 on a slave whose log differs from its master's");
    }

    private void AddRefusals() => _meter.CreateObservableCounter(
        "rocketeer.broker.acl.refused",
        () => _broker.Access?.Refusals.Counts.Select(refused => new Measurement<long>(refused.Count, Tag("reason", refused.Reason))) ?? [],
        "{request}",
        "Requests refused by access control");

    private void Value(string name, Func<double> value, string? unit, string description) =>
        _meter.CreateObservableGauge(name, value, unit, description);

    private void Gauge(string name, Func<IEnumerable<Measurement<double>>> values, string? unit, string description) =>
        _meter.CreateObservableGauge(name, values, unit, description);
}
