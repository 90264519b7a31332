namespace Rocketeer.Protocol.Bodies;

/// <summary>Addresses of one broker group.</summary>
public sealed record BrokerData
{
    /// <summary>Address by broker id; 0 is the master.</summary>
    public Dictionary<long, string> BrokerAddrs { get; set; } = [];

    /// <summary>Name of the broker group.</summary>
    public string BrokerName { get; set; } = "";

    /// <summary>Cluster of the group.</summary>
    public string Cluster { get; set; } = "";
}
