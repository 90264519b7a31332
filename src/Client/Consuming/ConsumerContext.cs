using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>What the parts of one push consumer share. Thread-safe.</summary>
internal sealed class ConsumerContext(
    string group, PushConsumerOptions options, IConsumerBackend backend, IOffsetStore offsets, ILogger logger)
{
    private readonly ConcurrentDictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private volatile bool _paused;

    /// <summary>Group name.</summary>
    public string Group { get; } = group;

    /// <summary>Name of the group's retry topic.</summary>
    public string RetryTopic { get; } = TopicNames.RetryOf(group);

    /// <summary>Settings.</summary>
    public PushConsumerOptions Options { get; } = options;

    /// <summary>The rest of the client.</summary>
    public IConsumerBackend Backend { get; } = backend;

    /// <summary>Progress of the group.</summary>
    public IOffsetStore Offsets { get; } = offsets;

    /// <summary>What running info (307) reports.</summary>
    public ConsumerStatistics Statistics { get; } = new(backend.Clock);

    /// <summary>Log of the consumer.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Clock of every timer.</summary>
    public TimeProvider Clock => Backend.Clock;

    /// <summary>Now, milliseconds since 1970.</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>For <see cref="ConsumeFrom.Timestamp"/>, milliseconds since 1970; fixed when the consumer is made.</summary>
    public long ConsumeTimestampMs { get; } =
        (options.ConsumeTimestamp ?? backend.Clock.GetUtcNow() - TimeSpan.FromMinutes(30)).ToUnixTimeMilliseconds();

    /// <summary>True unless every member gets every message.</summary>
    public bool IsClustering => Options.Model == MessageModel.Clustering;

    /// <summary>True while nothing shall be pulled.</summary>
    public bool IsPaused
    {
        get => _paused;
        set => _paused = value;
    }

    /// <summary>What the group subscribes to.</summary>
    public ICollection<Subscription> Subscriptions => _subscriptions.Values;

    /// <summary>Deliveries before a message becomes a dead letter.</summary>
    public int MaxReconsumeTimes => Options.MaxReconsumeTimes ?? 16;

    /// <summary>The subscription of a topic, or null.</summary>
    public Subscription? FindSubscription(string topic) => _subscriptions.GetValueOrDefault(topic);

    /// <summary>Adds or replaces a subscription.</summary>
    public void Subscribe(string topic, FilterExpression filter) => _subscriptions[topic] = new Subscription(topic, filter, NowMs);

    /// <summary>Removes a subscription.</summary>
    public bool Unsubscribe(string topic) => _subscriptions.TryRemove(topic, out _);
}
