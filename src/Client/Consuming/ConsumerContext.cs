using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>What the parts of one push consumer share. Thread-safe.</summary>
internal sealed class ConsumerContext(
    string group, PushConsumerOptions options, IConsumerBackend backend, IOffsetStore offsets, ILogger logger)
{
    private readonly ConcurrentDictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MessageQueue, byte> _pausedQueues = new();
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

    /// <summary>Tells the message trace; null if it is off.</summary>
    public HandlingTracer? Tracer { get; } = backend.CreateTracer(group, options.Trace);

    /// <summary>Log of the consumer.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Clock of every timer.</summary>
    public TimeProvider Clock => Backend.Clock;

    /// <summary>Now, milliseconds since 1970.</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Time stamp of the clock before which a handler must have been called to be overdue now. Time stamps do not jump when somebody sets the
    /// wall clock, so no message is given back because of that.
    /// </summary>
    public long OverdueBefore => Clock.GetTimestamp() - (long)(Options.ConsumeTimeout.TotalSeconds * Clock.TimestampFrequency);

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

    /// <summary>True while nothing shall be pulled of a queue.</summary>
    public bool IsPausedFor(MessageQueue queue) => _paused || (!_pausedQueues.IsEmpty && _pausedQueues.ContainsKey(queue));

    /// <summary>Pauses or resumes queues, whether they are held now or not.</summary>
    public void SetPaused(IEnumerable<MessageQueue> queues, bool paused)
    {
        foreach (var queue in queues)
        {
            if (paused)
            {
                _pausedQueues[queue] = 0;
            }
            else
            {
                _pausedQueues.TryRemove(queue, out _);
            }
        }
    }

    /// <summary>The queues to read, if somebody chose them; else the group divides the queues of its topics.</summary>
    public IReadOnlyCollection<MessageQueue>? Assigned { get; set; }

    /// <summary>Where to begin on queues that are not held yet, ahead of any stored offset; used once.</summary>
    public ConcurrentDictionary<MessageQueue, long> Seeks { get; } = new();

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
