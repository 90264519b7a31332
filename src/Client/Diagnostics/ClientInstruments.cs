using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rocketeer.Client.Diagnostics;

/// <summary>Meters and activities of the client; both sources are named <see cref="Name"/>. Names follow OpenTelemetry's conventions for messaging.</summary>
public static class ClientInstruments
{
    /// <summary>Name of the <see cref="Meter"/> and of the <see cref="ActivitySource"/>, for <c>AddMeter</c> and <c>AddSource</c>.</summary>
    public const string Name = "Rocketeer.Client";

    internal static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> SentMessages = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Messages that a producer tried to send");

    private static readonly Histogram<double> SendDuration = Meter.CreateHistogram<double>(
        "messaging.client.operation.duration", "s", "Time of a send, all its attempts together");

    private static readonly Counter<long> SendRetries = Meter.CreateCounter<long>(
        "rocketeer.client.send.retries", "{attempt}", "Attempts after the first one of a send");

    private static readonly UpDownCounter<long> InFlightMessages = Meter.CreateUpDownCounter<long>(
        "rocketeer.client.send.in_flight", "{message}", "Messages on their way to a broker");

    private static readonly Counter<long> DroppedTraces = Meter.CreateCounter<long>(
        "rocketeer.client.trace.dropped", "{record}", "Records of the message trace that were not sent");

    internal static void TracesDropped(int records) => DroppedTraces.Add(records);

    internal static void SendBegins() => InFlightMessages.Add(1);

    internal static void SendEnds(string topic, int messages, TimeSpan duration, string? errorType)
    {
        InFlightMessages.Add(-1);
        if (!SentMessages.Enabled && !SendDuration.Enabled)
        {
            return;
        }

        var tags = new TagList
        {
            { "messaging.system", "rocketmq" },
            { "messaging.operation.name", "send" },
            { "messaging.destination.name", topic },
        };
        if (errorType is not null)
        {
            tags.Add("error.type", errorType);
        }

        SentMessages.Add(messages, tags);
        SendDuration.Record(duration.TotalSeconds, tags);
    }

    internal static void SendRetried() => SendRetries.Add(1);

    internal static Activity? StartSend(string topic, string group)
    {
        if (!Activities.HasListeners())
        {
            return null;
        }

        var activity = Activities.StartActivity($"send {topic}", ActivityKind.Producer);
        activity?.SetTag("messaging.system", "rocketmq");
        activity?.SetTag("messaging.operation.name", "send");
        activity?.SetTag("messaging.destination.name", topic);
        activity?.SetTag("messaging.client.group", group);
        return activity;
    }
}
