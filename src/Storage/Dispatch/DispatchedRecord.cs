using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.Dispatch;

/// <summary>What dispatch knows of a record. The spans point into the log and are valid during the call.</summary>
internal readonly ref struct DispatchedRecord
{
    /// <summary>Topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue of the topic.</summary>
    public required int QueueId { get; init; }

    /// <summary>Offset of the record in the log.</summary>
    public required long CommitOffset { get; init; }

    /// <summary>Length of the record in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>Index in the consume queue.</summary>
    public required long QueueOffset { get; init; }

    /// <summary><see cref="MessageSysFlags"/>.</summary>
    public int SysFlag { get; init; }

    /// <summary>Store time, milliseconds since 1970.</summary>
    public long StoreTimestamp { get; init; }

    /// <summary>Hash of the tag; for the schedule topic the delivery time.</summary>
    public long TagsCode { get; init; }

    /// <summary>The client's id of the message, UTF-8; empty when there is none.</summary>
    public ReadOnlySpan<byte> UniqueKey { get; init; }

    /// <summary>The user's keys separated by blanks, UTF-8; empty when there are none.</summary>
    public ReadOnlySpan<byte> Keys { get; init; }

    /// <summary>Properties string, UTF-8.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }
}
