using System.Collections.Frozen;
using System.Collections.Immutable;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Routing;

/// <summary>Where the queues of one topic live: an immutable answer of a name server, sorted by broker name.</summary>
public sealed class TopicRoute
{
    /// <summary>Creates a route.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="brokers">Brokers that hold a part of the topic.</param>
    /// <param name="queues">Their queues.</param>
    /// <param name="orderConfiguration">
    /// Ordered topics only: <c>broker:queues;broker:queues</c>, which fixes the queues that producers see; <see langword="null"/> for others.
    /// </param>
    /// <param name="fromTemplate">True if the topic does not exist yet and this is what its creation by the first message will give.</param>
    public TopicRoute(
        string topic, IEnumerable<BrokerRoute> brokers, IEnumerable<QueueRoute> queues, string? orderConfiguration = null, bool fromTemplate = false)
    {
        Topic = topic;
        Brokers = [.. brokers.OrderBy(broker => broker.Name, StringComparer.Ordinal)];
        Queues = [.. queues.OrderBy(queue => queue.BrokerName, StringComparer.Ordinal)];
        OrderConfiguration = string.IsNullOrEmpty(orderConfiguration) ? null : orderConfiguration;
        IsFromTemplate = fromTemplate;
        PublishQueues = OrderConfiguration is { } order ? OrderedQueues(order) : WritableQueues();
        SubscribeQueues = ReadableQueues();
    }

    /// <summary>Reads the answer of a name server.</summary>
    /// <exception cref="MalformedAnswerException">It names nothing where a broker belongs.</exception>
    internal static TopicRoute From(string topic, TopicRouteData data)
    {
        // JSON may say null wherever it says something.
        if (data.BrokerDatas.Any(broker => broker?.BrokerName is null) || data.QueueDatas.Any(queue => queue?.BrokerName is null))
        {
            throw new MalformedAnswerException($"The route of topic '{topic}' names a broker or queue that is null; look at the name server.");
        }

        return new TopicRoute(
            topic,
            data.BrokerDatas.Select(broker => new BrokerRoute(broker.BrokerName, broker.Cluster, broker.BrokerAddrs.ToFrozenDictionary())),
            data.QueueDatas.Select(queue => new QueueRoute(queue.BrokerName, queue.ReadQueueNums, queue.WriteQueueNums, queue.Perm, queue.TopicSynFlag)),
            data.OrderTopicConf);
    }

    /// <summary>Topic name.</summary>
    public string Topic { get; }

    /// <summary>Brokers that hold a part of the topic, sorted by name.</summary>
    public ImmutableArray<BrokerRoute> Brokers { get; }

    /// <summary>Queues per broker name, sorted by it.</summary>
    public ImmutableArray<QueueRoute> Queues { get; }

    /// <summary>The order configuration as the name server gave it, or <see langword="null"/>.</summary>
    public string? OrderConfiguration { get; }

    /// <summary>True if the topic does not exist yet and this is what its creation by the first message will give.</summary>
    public bool IsFromTemplate { get; }

    /// <summary>
    /// Queues a producer may send to: those of the order configuration if there is one, else the writable ones of brokers that have a master.
    /// </summary>
    public ImmutableArray<MessageQueue> PublishQueues { get; }

    /// <summary>Queues a consumer may read from. A master is not required: slaves serve reads too.</summary>
    public ImmutableArray<MessageQueue> SubscribeQueues { get; }

    /// <summary>True if both say the same, so that nobody needs to be told of the newer one.</summary>
    public bool SaysTheSameAs(TopicRoute? other) =>
        other is not null && Topic == other.Topic && IsFromTemplate == other.IsFromTemplate && OrderConfiguration == other.OrderConfiguration
        && Brokers.SequenceEqual(other.Brokers) && Queues.SequenceEqual(other.Queues);

    private ImmutableArray<MessageQueue> WritableQueues()
    {
        var queues = ImmutableArray.CreateBuilder<MessageQueue>();
        foreach (var route in Queues)
        {
            if (route.IsWritable && Brokers.Any(broker => broker.Name == route.BrokerName && broker.Master is not null))
            {
                AddQueues(queues, route.BrokerName, route.WriteQueues);
            }
        }

        return queues.DrainToImmutable();
    }

    private ImmutableArray<MessageQueue> ReadableQueues()
    {
        var queues = ImmutableArray.CreateBuilder<MessageQueue>();
        foreach (var route in Queues)
        {
            if (route.IsReadable)
            {
                AddQueues(queues, route.BrokerName, route.ReadQueues);
            }
        }

        return queues.DrainToImmutable();
    }

    private ImmutableArray<MessageQueue> OrderedQueues(string order)
    {
        var queues = ImmutableArray.CreateBuilder<MessageQueue>();
        foreach (var part in order.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.LastIndexOf(':');
            if (colon > 0 && int.TryParse(part.AsSpan(colon + 1), out var count))
            {
                AddQueues(queues, part[..colon], count);
            }
        }

        return queues.DrainToImmutable();
    }

    private void AddQueues(ImmutableArray<MessageQueue>.Builder queues, string brokerName, int count)
    {
        // A name server that lies must not make us allocate without end.
        for (var id = 0; id < Math.Min(count, MaxQueuesPerBroker); id++)
        {
            queues.Add(new MessageQueue(Topic, brokerName, id));
        }
    }

    private const int MaxQueuesPerBroker = 65_536;
}
