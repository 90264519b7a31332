namespace Rocketeer.Protocol.Bodies;

/// <summary>All topics of a broker with their version: answer to request 21, part of registrations, and topics.json.</summary>
public sealed record TopicConfigSerializeWrapper
{
    /// <summary>Version of the table.</summary>
    public DataVersion DataVersion { get; set; } = new();

    /// <summary>Topics by name.</summary>
    public Dictionary<string, TopicConfig> TopicConfigTable { get; set; } = [];
}
