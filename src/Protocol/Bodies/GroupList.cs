using System.Text.Json.Serialization;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 300.</summary>
public sealed record GroupList
{
    /// <summary>Names of the consumer groups.</summary>
    [JsonPropertyName("groupList")]
    public List<string> Groups { get; set; } = [];
}
