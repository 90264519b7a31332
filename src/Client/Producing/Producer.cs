using Rocketeer.Client.Groups;
using Rocketeer.Client.Producing.Transactions;
using Rocketeer.Client.Routing;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Producing;

/// <summary>
/// Sends messages. Made by <see cref="RocketeerClient.CreateProducer(string, Action{ProducerOptions})"/>; keep one for as long as you send.
/// Many sends may be under way at once, and should be: await them together rather than one after the other. Thread-safe.
/// </summary>
/// <example><code>
/// await using var producer = client.CreateProducer("orders-group");
/// var result = await producer.SendAsync(new Message("orders", "hello"u8.ToArray()) { Tag = "TagA" }, cancellationToken);
/// </code></example>
public sealed partial class Producer : IGroupMember
{
    private readonly RocketeerClient _client;
    private readonly ProducerOptions _options;
    private readonly MessageEncoder _encoder;
    private readonly BatchEncoder _batches;
    private readonly QueueChooser _chooser;
    private readonly BrokerFaultTable? _faults;
    private readonly InFlightLimiter _inFlight;
    private readonly SendTracer? _tracer;
    private readonly Lock _disposing = new();
    private Task? _disposed;

    internal Producer(RocketeerClient client, ProducerOptions options)
    {
        options.Validate();
        _client = client;
        _options = options;
        _encoder = new MessageEncoder(options);
        _batches = new BatchEncoder(_encoder, options.MaxMessageBytes);
        _faults = options.AvoidFaultyBrokers ? new BrokerFaultTable(client.Clock) : null;
        _chooser = new QueueChooser(_faults);
        _inFlight = new InFlightLimiter(options.MaxInFlightMessages, options.MaxInFlightBytes, client.Clock);
        _tracer = client.TraceTo(options.Trace) is { } traces ? new SendTracer(traces, options.Trace, Group, client.Clock) : null;
    }

    /// <summary>Producer group.</summary>
    public string Group => _options.Group;

    /// <summary>Messages on their way now.</summary>
    public int InFlight => _inFlight.Messages;

    GroupRole IGroupMember.Role => GroupRole.Producer;

    /// <summary>Answers brokers that ask about transactions; <see langword="null"/> for a producer that has none. Disposed with it.</summary>
    internal TransactionChecks? Checks { get; init; }

    /// <summary>Topics whose brokers must know the producer before it sends.</summary>
    internal IReadOnlyCollection<string> FixedTopics { get; init; } = [];

    // The topics it sends to are in the route cache, which is polled as a whole.
    IReadOnlyCollection<string> IGroupMember.Topics => FixedTopics;

    /// <summary>The queues of a topic that can be written now, for sends to a chosen queue.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RouteNotFoundException">There is none.</exception>
    /// <exception cref="NameServerUnavailableException">No name server answered.</exception>
    public async Task<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var route = await RouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return route.PublishQueues;
    }

    /// <summary>
    /// Takes no more messages, waits until those on their way have ended one way or the other (at most
    /// <see cref="ProducerOptions.SendTimeout"/>), and tells the brokers that the producer leaves (at most 3 s). Idempotent.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_disposing)
        {
            _disposed ??= DisposeOnceAsync();
            return new ValueTask(_disposed);
        }
    }

    void IGroupMember.Describe(HeartbeatData heartbeat) => heartbeat.ProducerDataSet.Add(new ProducerData { GroupName = Group });

    void IGroupMember.RouteChanged(TopicRoute route)
    {
        // Each send asks the route cache.
    }

    ValueTask<RemotingCommand?> IGroupMember.HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        // A producer without transactions leaves the question to others: the broker asks again, perhaps another producer of the group.
        Checks?.Take(request, connection);
        return ValueTask.FromResult<RemotingCommand?>(null);
    }

    private async Task DisposeOnceAsync()
    {
        // Every send ends by its own deadline; the wait is bounded all the same, so that a defect in one cannot hang the process.
        var drained = _inFlight.CloseAsync();
        await drained.WaitAsync(_options.SendTimeout, _client.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Checks is { } checks)
        {
            // Bounded: a handler that does not heed its token must not keep the process from ending.
            await checks.DisposeAsync().AsTask().WaitAsync(_options.SendTimeout, _client.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _client.UnregisterAsync(this).ConfigureAwait(false);
    }

    private ValueTask<TopicRoute> RouteAsync(string topic, CancellationToken cancellationToken) =>
        _client.Routes.FindForPublish(topic) is { PublishQueues.IsEmpty: false } known
            ? ValueTask.FromResult(known)
            : _client.Routes.GetForPublishAsync(topic, _options.TemplateTopic, _options.NewTopicQueues, cancellationToken);
}
