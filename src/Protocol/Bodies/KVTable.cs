namespace Rocketeer.Protocol.Bodies;

/// <summary>A table of texts: answers to requests 28, 103 and 219.</summary>
public sealed record KVTable
{
    /// <summary>Values by key.</summary>
    public Dictionary<string, string> Table { get; set; } = [];
}
