using System.Diagnostics.Metrics;

namespace Rocketeer.Broker;

/// <summary>What the broker measures. Everything is read from counters that exist anyway, when somebody asks.</summary>
internal sealed class BrokerInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Rocketeer.Broker";

    private readonly Meter _meter = new(MeterName);

    /// <summary>Creates the instruments of one broker.</summary>
    public BrokerInstruments(BrokerContext context)
    {
        var statistics = context.Statistics;
        _meter.CreateObservableCounter("mq.broker.put.messages", () => statistics.PutTotal, "{message}", "Messages stored");
        _meter.CreateObservableCounter("mq.broker.put.size", () => statistics.PutBytesTotal, "By", "Bytes stored");
        _meter.CreateObservableCounter("mq.broker.get.messages", () => statistics.TransferredTotal, "{message}", "Messages sent to consumers");
        _meter.CreateObservableGauge("mq.broker.topics", () => context.Topics.Count, "{topic}", "Topics");
        _meter.CreateObservableGauge("mq.broker.groups", () => context.Groups.Count, "{group}", "Consumer groups with settings");
        _meter.CreateObservableGauge("mq.broker.consumer.groups", () => context.Consumers.Count, "{group}", "Consumer groups online");
        _meter.CreateObservableGauge("mq.broker.producer.groups", () => context.Producers.Count, "{group}", "Producer groups online");
        _meter.CreateObservableGauge("mq.broker.locks", () => context.Locks.Count, "{queue}", "Queues locked for ordered consumption");
        _meter.CreateObservableGauge("mq.broker.registered", () => context.Registrar.IsRegistered ? 1 : 0, description: "1 when a name server knows this broker");
        if (context.Access is { } access)
        {
            _meter.CreateObservableCounter(
                "mq.broker.acl.refused",
                () => access.Refusals.Counts.Select(refused =>
                    new Measurement<long>(refused.Count, new KeyValuePair<string, object?>("reason", refused.Reason))),
                "{request}",
                "Requests refused by access control");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
