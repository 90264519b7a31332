using System.Text.Json.Serialization;

namespace Rocketeer.Protocol.Bodies;

/// <summary>A list of topics: answers to requests 206, 224, 304, 305, 311, 312 and 313.</summary>
public sealed record TopicList
{
    /// <summary>Address of some broker; only in the answer to request 304.</summary>
    public string? BrokerAddr { get; set; }

    /// <summary>Names of the topics.</summary>
    [JsonPropertyName("topicList")]
    public List<string> Topics { get; set; } = [];
}
