namespace Rocketeer.Protocol.Bodies;

/// <summary>All committed offsets of a broker: answer to request 43, and consumerOffset.json.</summary>
public sealed record ConsumerOffsetTable
{
    /// <summary>Offset by <c>topic@group</c> and queue index.</summary>
    public Dictionary<string, Dictionary<int, long>> OffsetTable { get; set; } = [];
}
