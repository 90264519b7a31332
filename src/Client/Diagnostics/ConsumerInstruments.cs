using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Diagnostics;

/// <summary>What consumers measure and trace, under the names of OpenTelemetry's conventions for messaging. Free while nobody listens.</summary>
internal static class ConsumerInstruments
{
    private static readonly Meter Meter = new(ClientInstruments.Name);
    private static readonly ConcurrentDictionary<ConsumptionEngine, byte> Running = new();

    private static readonly Counter<long> ReceivedMessages = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Messages that were handed to a handler, each delivery counted");

    private static readonly Histogram<double> ProcessDuration = Meter.CreateHistogram<double>(
        "messaging.process.duration", "s", "Time of one call of a handler");

    private static readonly Histogram<double> PullDuration = Meter.CreateHistogram<double>(
        "rocketeer.client.pull.duration", "s", "Time of a pull that found messages, the wait for them included");

#pragma warning disable IDE0052 // the meter keeps it and asks it
    private static readonly ObservableGauge<long> Lag = Meter.CreateObservableGauge(
        "rocketeer.client.consumer.lag", ObserveLag, "{message}", "Messages of the held queues, as their last pulls told, behind the group's offset");
#pragma warning restore IDE0052

    /// <summary>A consumer whose lag is observed from now on.</summary>
    public static void Started(ConsumptionEngine engine) => Running.TryAdd(engine, 0);

    /// <summary>The consumer has ended.</summary>
    public static void Stopped(ConsumptionEngine engine) => Running.TryRemove(engine, out _);

    /// <summary>A pull found messages.</summary>
    public static void Pulled(MessageQueue queue, string group, ReadOnlySpan<MessageExt> messages, DateTimeOffset now, TimeSpan elapsed)
    {
        if (PullDuration.Enabled)
        {
            PullDuration.Record(elapsed.TotalSeconds, Tags("receive", queue.Topic, group));
        }

        if (ClientInstruments.Activities.HasListeners())
        {
            using var activity = ClientInstruments.Activities.StartActivity(
                ActivityKind.Client, default(ActivityContext), null, LinksTo(messages), now - elapsed, $"receive {queue.Topic}");
            Describe(activity, "receive", queue, group, messages.Length);
        }
    }

    /// <summary>
    /// A handler is about to be called. One message: the span is a child of the one that sent it. Several: it is linked to all that sent them.
    /// </summary>
    public static Activity? StartProcess(MessageQueue queue, string group, ReadOnlySpan<MessageExt> messages)
    {
        if (!ClientInstruments.Activities.HasListeners())
        {
            return null;
        }

        var name = $"process {queue.Topic}";
        var activity = messages.Length == 1 && TraceContext.TryRead(messages[0], out var sender)
            ? ClientInstruments.Activities.StartActivity(name, ActivityKind.Consumer, sender)
            : ClientInstruments.Activities.StartActivity(name, ActivityKind.Consumer, default(ActivityContext), null, LinksTo(messages));
        Describe(activity, "process", queue, group, messages.Length);
        if (messages.Length == 1)
        {
            activity?.SetTag("messaging.message.id", messages[0].MessageId);
            activity?.SetTag("messaging.rocketmq.message.tag", messages[0].Tags);
        }

        return activity;
    }

    /// <summary>A handler returned.</summary>
    /// <param name="activity">What <see cref="StartProcess"/> gave.</param>
    /// <param name="queue">Queue of the messages.</param>
    /// <param name="group">Consumer group.</param>
    /// <param name="messages">Messages of the call.</param>
    /// <param name="elapsed">Its time.</param>
    /// <param name="error">Type of the exception, or what it wants instead of success; null for success.</param>
    public static void Processed(Activity? activity, MessageQueue queue, string group, int messages, TimeSpan elapsed, string? error)
    {
        if (activity is not null)
        {
            if (error is not null)
            {
                activity.SetStatus(ActivityStatusCode.Error, error);
                activity.SetTag("error.type", error);
            }

            activity.Dispose();
        }

        if (!ReceivedMessages.Enabled && !ProcessDuration.Enabled)
        {
            return;
        }

        var tags = Tags("process", queue.Topic, group);
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        ReceivedMessages.Add(messages, tags);
        ProcessDuration.Record(elapsed.TotalSeconds, tags);
    }

    private static TagList Tags(string operation, string topic, string group) => new()
    {
        { "messaging.system", "rocketmq" },
        { "messaging.operation.name", operation },
        { "messaging.destination.name", topic },
        { "messaging.consumer.group.name", group },
    };

    private static void Describe(Activity? activity, string operation, MessageQueue queue, string group, int messages)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("messaging.system", "rocketmq");
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", operation);
        activity.SetTag("messaging.destination.name", queue.Topic);
        activity.SetTag("messaging.destination.partition.id", $"{queue.BrokerName}/{queue.QueueId}");
        activity.SetTag("messaging.consumer.group.name", group);
        activity.SetTag("messaging.batch.message_count", messages);
    }

    private static List<ActivityLink>? LinksTo(ReadOnlySpan<MessageExt> messages)
    {
        List<ActivityLink>? links = null;
        foreach (var message in messages)
        {
            if (TraceContext.TryRead(message, out var sender))
            {
                (links ??= []).Add(new ActivityLink(sender));
            }
        }

        return links;
    }

    private static IEnumerable<Measurement<long>> ObserveLag() => Running.Keys
        .SelectMany(engine => engine.LagByTopic(), (engine, lag) => new Measurement<long>(
            lag.Value,
            new("messaging.system", "rocketmq"),
            new("messaging.destination.name", lag.Key),
            new("messaging.consumer.group.name", engine.Group)));
}
