using System.Diagnostics.Metrics;
using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Metrics;

/// <summary>
/// What rocketmq-exporter measures of a broker, under the exporter's names, so that its dashboards and alerts work on what a broker serves
/// itself. Labels are those that do not change while a broker runs (docs/metrics.md). Rates are those of the last minute.
/// </summary>
internal sealed class ExporterInstruments(Meter meter, BrokerContext broker, FigureCollector figures)
{
    /// <summary>Creates them.</summary>
    public void AddAll()
    {
        AddBroker();
        AddTopics();
        AddGroups();
        AddClients();
        new RuntimeInstruments(meter, broker).AddAll();
    }

    private void AddBroker()
    {
        Gauge("broker_tps", () => [Broker(Own(broker.Statistics.BrokerPutNums))], "Messages stored per second");
        Gauge("broker_qps", () => [Broker(Own(broker.Statistics.BrokerGetNums))], "Messages sent to consumers per second");
        Gauge(
            "broker_commitlog_diff",
            () => [Broker(broker.Replication.Status.Slaves.Select(slave => slave.LagBytes).DefaultIfEmpty().Max())],
            "Bytes of the log that the slowest connected slave has not confirmed; 0 without slaves");
    }

    private void AddTopics()
    {
        Topics("producer_tps", topic => topic.MessagesPerSecond, "Messages stored per second, by topic");
        Topics("producer_message_size", topic => topic.BytesPerSecond, "Bytes stored per second, by topic");
        Topics("producer_offset", topic => topic.Offset, "Ends of the queues of a topic, added up", IsOrdinary);
        Topics("topic_retry_offset", topic => topic.Offset, "Ends of the queues of a retry topic, added up", IsRetry);
        Gauge(
            "topic_dlq_offset",
            () => figures.Now.Topics.Where(pair => IsDeadLetter(pair.Key)).Select(pair =>
                With(pair.Value.Offset, ("group", pair.Key[TopicNames.DeadLetterPrefix.Length..]))),
            "Messages ever in the dead letter topic of a group");
    }

    private void AddGroups()
    {
        Groups("consumer_tps", group => group.MessagesPerSecond, "Messages read per second, by topic and group");
        Groups("group_consume_tps", group => group.MessagesPerSecond, "The same");
        Groups("consumer_message_size", group => group.BytesPerSecond, "Bytes read per second, by topic and group");
        Groups("consumer_offset", group => group.BrokerOffset, "Ends of the queues that a group consumes, added up");
        Groups("group_consume_total_offset", group => group.ConsumedOffset, "Offsets of a group, added up");
        Groups("group_diff", group => group.Lag, "Messages that a group has still to consume");
        Groups("message_accumulation", group => group.Lag, "The same");
        Groups("group_retrydiff", group => group.Lag, "The same, in its retry topic", pair => IsRetry(pair.Topic));
        Groups("group_get_latency_by_storetime", group => group.LagMilliseconds, "Age in milliseconds of the oldest message that a group has still to consume");
        Groups("send_back_nums", group => group.GivenBackPerSecond, "Messages given back per second");
        Gauge(
            "group_dlqdiff",
            () => figures.Now.Topics.Where(pair => IsDeadLetter(pair.Key)).Select(pair =>
                With(pair.Value.Offset, ("topic", pair.Key), ("group", pair.Key[TopicNames.DeadLetterPrefix.Length..]))),
            "Messages ever in the dead letter topic of a group");
    }

    private void AddClients()
    {
        var most = () => broker.Options.Metrics.MetricsMaxGroups;
        Gauge(
            "group_count",
            () => Bounded(broker.Consumers.All.Select(group => (group.Name, group.Clients.Count)), most()),
            "Consumers of a group that are online");
        Gauge(
            "producer_count",
            () => Bounded(broker.Producers.Names.Select(group => (group, broker.Producers.Clients(group).Count)), most()),
            "Producers of a group that are online");
    }

    private IEnumerable<Measurement<double>> Bounded(IEnumerable<(string Group, int Clients)> groups, int most)
    {
        var others = 0;
        var isFolded = false;
        foreach (var (group, clients) in groups.OrderBy(pair => pair.Group, StringComparer.Ordinal))
        {
            if (most-- > 0)
            {
                yield return With(clients, ("group", group));
            }
            else
            {
                (others, isFolded) = (others + clients, true);
            }
        }

        if (isFolded)
        {
            yield return With(others, ("group", FigureCollector.Other));
        }
    }

    private static bool IsRetry(string topic) => topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal);

    private static bool IsDeadLetter(string topic) => topic.StartsWith(TopicNames.DeadLetterPrefix, StringComparison.Ordinal);

    private static bool IsOrdinary(string topic) => !IsRetry(topic) && !IsDeadLetter(topic);

    private double Own(StatsTable table) => table.Find(new StatsKey(broker.Identity.ClusterName))?.Minute().PerSecond ?? 0;

    private void Topics(string name, Func<TopicFigures, double> value, string description, Func<string, bool>? only = null) => Gauge(
        name,
        () => figures.Now.Topics.Where(pair => only is null || only(pair.Key)).Select(pair => With(value(pair.Value), ("topic", pair.Key))),
        description);

    private void Groups(string name, Func<GroupFigures, double> value, string description, Func<Consumers.TopicGroup, bool>? only = null) => Gauge(
        name,
        () => figures.Now.Groups.Where(pair => only is null || only(pair.Key)).Select(pair =>
            With(value(pair.Value), ("topic", pair.Key.Topic), ("group", pair.Key.Group))),
        description);

    private void Gauge(string name, Func<IEnumerable<Measurement<double>>> values, string description) =>
        meter.CreateObservableGauge($"rocketmq.{name}", values, unit: null, description);

    private Measurement<double> Broker(double value) => With(value, ("brokerIP", broker.Identity.Address));

    private Measurement<double> With(double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length + 2];
        tags[0] = new("cluster", broker.Identity.ClusterName);
        tags[1] = new("broker", broker.Identity.Name);
        for (var i = 0; i < labels.Length; i++)
        {
            tags[i + 2] = new(labels[i].Name, labels[i].Value);
        }

        return new Measurement<double>(value, tags);
    }
}
