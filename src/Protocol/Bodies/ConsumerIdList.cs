using System.Text.Json.Serialization;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 38.</summary>
public sealed record ConsumerIdList
{
    /// <summary>Ids of the clients of the group.</summary>
    [JsonPropertyName("consumerIdList")]
    public List<string> ConsumerIds { get; set; } = [];
}
