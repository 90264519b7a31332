namespace Rocketeer.Protocol.Messages;

/// <summary>What a record is made of before it has a place in the log.</summary>
public readonly ref struct MessageRecordParts
{
    /// <summary>Body as it is to be stored.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Topic name, UTF-8, at most <see cref="MessageRecordLayout.MaxTopicBytes"/> bytes.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>Properties string, UTF-8, at most <see cref="MessageRecordLayout.MaxPropertiesBytes"/> bytes.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>Queue index.</summary>
    public int QueueId { get; init; }

    /// <summary>The user's flag.</summary>
    public int Flag { get; init; }

    /// <summary><see cref="MessageSysFlags"/>.</summary>
    public int SysFlag { get; init; }

    /// <summary>Producer's clock, milliseconds since 1970.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>Address of the producer.</summary>
    public HostAddress BornHost { get; init; }

    /// <summary>Address of the broker.</summary>
    public HostAddress StoreHost { get; init; }

    /// <summary>How often the message was consumed already.</summary>
    public int ReconsumeTimes { get; init; }

    /// <summary>Commit log offset of the half message, or 0.</summary>
    public long PreparedTransactionOffset { get; init; }

    /// <summary>Length of the record, bytes.</summary>
    public int TotalSize => MessageRecordLayout.TotalSize(Body.Length, Topic.Length, Properties.Length);
}
