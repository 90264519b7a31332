using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 39, broker to producer: asks for the outcome of a transaction.</summary>
public readonly record struct CheckTransactionStateRequestHeader : ICommandHeader<CheckTransactionStateRequestHeader>
{
    /// <summary>Offset of the half message in its queue.</summary>
    public required long TranStateTableOffset { get; init; }

    /// <summary>Offset of the half message in the commit log.</summary>
    public required long CommitLogOffset { get; init; }

    /// <summary>Unique id that the producer gave the message.</summary>
    public string? MsgId { get; init; }

    /// <summary>Transaction id.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Id by store address and offset.</summary>
    public string? OffsetMsgId { get; init; }

    /// <inheritdoc/>
    public static CheckTransactionStateRequestHeader Read(ref ExtFieldReader fields)
    {
        long? tranStateTableOffset = null;
        long? commitLogOffset = null;
        string? msgId = null;
        string? transactionId = null;
        string? offsetMsgId = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("tranStateTableOffset"u8))
            {
                tranStateTableOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("commitLogOffset"u8))
            {
                commitLogOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("msgId"u8))
            {
                msgId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("transactionId"u8))
            {
                transactionId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("offsetMsgId"u8))
            {
                offsetMsgId = fields.GetString();
            }
        }

        return new CheckTransactionStateRequestHeader
        {
            TranStateTableOffset = HeaderField.Required(tranStateTableOffset, nameof(CheckTransactionStateRequestHeader), "tranStateTableOffset"),
            CommitLogOffset = HeaderField.Required(commitLogOffset, nameof(CheckTransactionStateRequestHeader), "commitLogOffset"),
            MsgId = msgId,
            TransactionId = transactionId,
            OffsetMsgId = offsetMsgId,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("tranStateTableOffset"u8, TranStateTableOffset);
        writer.Write("commitLogOffset"u8, CommitLogOffset);
        writer.Write("msgId"u8, MsgId);
        writer.Write("transactionId"u8, TransactionId);
        writer.Write("offsetMsgId"u8, OffsetMsgId);
    }
}
