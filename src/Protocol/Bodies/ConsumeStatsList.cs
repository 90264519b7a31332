using System.Text.Json.Serialization;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 317: how far all groups of a broker are.</summary>
public sealed record ConsumeStatsList
{
    /// <summary>Address of the broker.</summary>
    public string? BrokerAddr { get; set; }

    /// <summary>Statistics by group.</summary>
    [JsonPropertyName("consumeStatsList")]
    public List<Dictionary<string, List<ConsumeStats>>> Stats { get; set; } = [];

    /// <summary>Messages behind, all groups together.</summary>
    public long TotalDiff { get; set; }
}
