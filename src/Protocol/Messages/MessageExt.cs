namespace Rocketeer.Protocol.Messages;

/// <summary>
/// A message as a consumer gets it; owns or shares the memory it was decoded from. The client sets what the record does not know before
/// anybody sees the message; it does not change afterwards.
/// </summary>
public sealed class MessageExt
{
    /// <summary>Topic name. The client puts the first topic back in place of a retry topic.</summary>
    public required string Topic { get; set; }

    /// <summary>Name of the broker that the message was read from; empty where the reader does not know it.</summary>
    public string BrokerName { get; set; } = "";

    /// <summary>Queue index.</summary>
    public int QueueId { get; init; }

    /// <summary>Index in the queue.</summary>
    public long QueueOffset { get; init; }

    /// <summary>Offset in the broker's commit log.</summary>
    public long CommitLogOffset { get; init; }

    /// <summary>Length of the stored record, bytes.</summary>
    public int StoreSize { get; init; }

    /// <summary>Checksum of the body as stored.</summary>
    public int BodyCrc { get; init; }

    /// <summary>The user's flag.</summary>
    public int Flag { get; init; }

    /// <summary><see cref="MessageSysFlags"/>; the compressed bit stays set although <see cref="Body"/> is inflated.</summary>
    public int SysFlag { get; init; }

    /// <summary>Producer's clock, milliseconds since 1970.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>Address of the producer.</summary>
    public HostAddress BornHost { get; init; }

    /// <summary>Broker's clock, milliseconds since 1970.</summary>
    public long StoreTimestamp { get; init; }

    /// <summary>Address of the broker.</summary>
    public HostAddress StoreHost { get; init; }

    /// <summary>How often the message was consumed already.</summary>
    public int ReconsumeTimes { get; set; }

    /// <summary>Commit log offset of the half message, or 0.</summary>
    public long PreparedTransactionOffset { get; init; }

    /// <summary>The body, inflated.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Properties, the system's included.</summary>
    public required IDictionary<string, string> Properties { get; init; }

    /// <summary>The tag, or <see langword="null"/>.</summary>
    public string? Tags => Property(PropertyNames.Tags);

    /// <summary>The keys, separated by blanks, or <see langword="null"/>.</summary>
    public string? Keys => Property(PropertyNames.Keys);

    /// <summary>Id of the message by where it lies.</summary>
    public OffsetMessageId OffsetMessageId => new(StoreHost, CommitLogOffset);

    /// <summary>The id that the producer gave the message, or else the one by where it lies.</summary>
    public string MessageId => Property(PropertyNames.UniqueKey) ?? OffsetMessageId.ToString();

    /// <summary>A property, or <see langword="null"/>.</summary>
    public string? Property(string name) => Properties.TryGetValue(name, out var value) ? value : null;
}
