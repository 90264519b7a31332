namespace Rocketeer.Protocol.Bodies;

/// <summary>Body of request 103; <see cref="RegisterBrokerBodyCodec"/> reads and writes both of its forms.</summary>
public sealed record RegisterBrokerBody
{
    /// <summary>Addresses of the filter servers of the broker.</summary>
    public List<string> FilterServerList { get; set; } = [];

    /// <summary>Topics of the broker.</summary>
    public TopicConfigSerializeWrapper TopicConfigSerializeWrapper { get; set; } = new();
}
