namespace Rocketeer.Protocol.Bodies;

/// <summary>Body of request 34: what a client produces and consumes.</summary>
public sealed record HeartbeatData
{
    /// <summary>Id of the client.</summary>
    public string ClientID { get; set; } = "";

    /// <summary>Its consumer groups.</summary>
    public List<ConsumerData> ConsumerDataSet { get; set; } = [];

    /// <summary>Its producer groups.</summary>
    public List<ProducerData> ProducerDataSet { get; set; } = [];
}
