namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 106: every broker group of every cluster.</summary>
public sealed record ClusterInfo
{
    /// <summary>Broker groups by name.</summary>
    public Dictionary<string, BrokerData> BrokerAddrTable { get; set; } = [];

    /// <summary>Names of broker groups by cluster.</summary>
    public Dictionary<string, HashSet<string>> ClusterAddrTable { get; set; } = [];
}
