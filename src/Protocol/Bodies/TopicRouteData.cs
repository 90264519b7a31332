namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 105: where the queues of a topic lie.</summary>
public sealed record TopicRouteData
{
    /// <summary>Broker groups that hold queues of the topic.</summary>
    public List<BrokerData> BrokerDatas { get; set; } = [];

    /// <summary>Filter servers by broker address.</summary>
    public Dictionary<string, List<string>> FilterServerTable { get; set; } = [];

    /// <summary>Order configuration, <c>broker:queues;broker:queues</c>; null for topics without one.</summary>
    public string? OrderTopicConf { get; set; }

    /// <summary>Queues of the topic, one entry per broker group.</summary>
    public List<QueueData> QueueDatas { get; set; } = [];
}
