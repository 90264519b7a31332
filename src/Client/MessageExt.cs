using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client;

/// <summary>
/// A message as a broker stored it. The client fills it in before anybody sees it; from then on it does not change, except for the
/// delivery count of a message that could not be given back to its broker.
/// </summary>
public sealed class MessageExt
{
    private readonly IReadOnlyDictionary<string, string> _properties = new Dictionary<string, string>();

    /// <summary>Topic; for a message delivered again, the one it was first sent to.</summary>
    public required string Topic { get; init; }

    /// <summary>Content, inflated if it was compressed.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>All properties, the system's own (<see cref="PropertyNames"/>) among them.</summary>
    public IReadOnlyDictionary<string, string> Properties
    {
        get => _properties;
        init => _properties = value;
    }

    /// <summary>Broker name; empty where it is not known.</summary>
    public string BrokerName { get; init; } = "";

    /// <summary>Index of the queue on its broker.</summary>
    public int QueueId { get; init; }

    /// <summary>Offset in the queue.</summary>
    public long QueueOffset { get; init; }

    /// <summary>Offset in the commit log of the broker.</summary>
    public long CommitLogOffset { get; init; }

    /// <summary>Bytes that the record takes in the commit log.</summary>
    public int StoreSize { get; init; }

    /// <summary>The application's number.</summary>
    public int Flag { get; init; }

    /// <summary>System flags (<see cref="MessageSysFlags"/>).</summary>
    public int SysFlag { get; init; }

    /// <summary>Checksum of the stored body.</summary>
    public int BodyCrc { get; init; }

    /// <summary>Producer's clock.</summary>
    public DateTimeOffset BornTime { get; init; }

    /// <summary>Producer's address.</summary>
    public HostAddress BornHost { get; init; }

    /// <summary>Broker's clock.</summary>
    public DateTimeOffset StoreTime { get; init; }

    /// <summary>Broker's address.</summary>
    public HostAddress StoreHost { get; init; }

    /// <summary>Failed deliveries so far.</summary>
    public int ReconsumeTimes { get; internal set; }

    /// <summary>Commit log offset of the half message of a committed transaction, else 0.</summary>
    public long PreparedTransactionOffset { get; init; }

    /// <summary>First offset of the queue when the message was pulled.</summary>
    public long QueueMinOffset { get; init; }

    /// <summary>Offset behind the last message of the queue when the message was pulled; the difference is the backlog.</summary>
    public long QueueMaxOffset { get; init; }

    /// <summary>Id that the producer gave the message; the id of its place where it gave none.</summary>
    public string MessageId => GetProperty(PropertyNames.UniqueKey) ?? OffsetMessageId;

    /// <summary>Id by where the message lies: broker address and commit log offset.</summary>
    public string OffsetMessageId => new OffsetMessageId(StoreHost, CommitLogOffset).ToString();

    /// <summary>Tag, or null.</summary>
    public string? Tag => GetProperty(PropertyNames.Tags);

    /// <summary>Keys under which the message is indexed.</summary>
    public IReadOnlyList<string> Keys =>
        GetProperty(PropertyNames.Keys)?.Split(PropertyNames.KeySeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A property, or null.</summary>
    public string? GetProperty(string name) => Properties.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => $"{MessageId} ({Topic}, {BrokerName}, queue {QueueId}, offset {QueueOffset})";
}
