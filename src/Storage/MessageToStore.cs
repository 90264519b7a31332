using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage;

/// <summary>A message on its way into the log. Body and properties may lie in a receive buffer: they are copied once, into the log.</summary>
public readonly ref struct MessageToStore
{
    /// <summary>Topic; at most 127 UTF-8 bytes.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue of the topic, from 0.</summary>
    public required int QueueId { get; init; }

    /// <summary>The user's flag.</summary>
    public int Flag { get; init; }

    /// <summary><see cref="MessageSysFlags"/>.</summary>
    public int SysFlag { get; init; }

    /// <summary>Producer's clock, milliseconds since 1970.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>The producer.</summary>
    public HostAddress BornHost { get; init; }

    /// <summary>The broker, as it stands in offset message ids.</summary>
    public HostAddress StoreHost { get; init; }

    /// <summary>How often a consumer gave the message back.</summary>
    public int ReconsumeTimes { get; init; }

    /// <summary>Commit log offset of the half message of a committed transaction, else 0.</summary>
    public long PreparedTransactionOffset { get; init; }

    /// <summary>Body as sent.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Properties string in UTF-8 as sent; at most 32,767 bytes. For a batch: those of the request header.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }
}
