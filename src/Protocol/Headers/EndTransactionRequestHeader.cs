using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 37: the outcome of a transaction. Clients send it one-way.</summary>
public readonly record struct EndTransactionRequestHeader : ICommandHeader<EndTransactionRequestHeader>
{
    /// <summary>Producer group.</summary>
    public required string ProducerGroup { get; init; }

    /// <summary>Offset of the half message in its queue.</summary>
    public required long TranStateTableOffset { get; init; }

    /// <summary>Offset of the half message in the commit log.</summary>
    public required long CommitLogOffset { get; init; }

    /// <summary>Transaction type: 0 unknown, 8 commit, 12 rollback (<see cref="Messages.MessageSysFlags"/>).</summary>
    public required int CommitOrRollback { get; init; }

    /// <summary>True when this answers a check of the broker.</summary>
    public bool FromTransactionCheck { get; init; }

    /// <summary>Unique id that the producer gave the message.</summary>
    public string? MsgId { get; init; }

    /// <summary>Transaction id.</summary>
    public string? TransactionId { get; init; }

    /// <inheritdoc/>
    public static EndTransactionRequestHeader Read(ref ExtFieldReader fields)
    {
        string? producerGroup = null;
        long? tranStateTableOffset = null;
        long? commitLogOffset = null;
        int? commitOrRollback = null;
        var fromTransactionCheck = false;
        string? msgId = null;
        string? transactionId = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("producerGroup"u8))
            {
                producerGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("tranStateTableOffset"u8))
            {
                tranStateTableOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("commitLogOffset"u8))
            {
                commitLogOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("commitOrRollback"u8))
            {
                commitOrRollback = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("fromTransactionCheck"u8))
            {
                fromTransactionCheck = fields.GetBoolean();
            }
            else if (fields.Name.SequenceEqual("msgId"u8))
            {
                msgId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("transactionId"u8))
            {
                transactionId = fields.GetString();
            }
        }

        return new EndTransactionRequestHeader
        {
            ProducerGroup = HeaderField.Required(producerGroup, nameof(EndTransactionRequestHeader), "producerGroup"),
            TranStateTableOffset = HeaderField.Required(tranStateTableOffset, nameof(EndTransactionRequestHeader), "tranStateTableOffset"),
            CommitLogOffset = HeaderField.Required(commitLogOffset, nameof(EndTransactionRequestHeader), "commitLogOffset"),
            CommitOrRollback = HeaderField.Required(commitOrRollback, nameof(EndTransactionRequestHeader), "commitOrRollback"),
            FromTransactionCheck = fromTransactionCheck,
            MsgId = msgId,
            TransactionId = transactionId,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("producerGroup"u8, ProducerGroup);
        writer.Write("tranStateTableOffset"u8, TranStateTableOffset);
        writer.Write("commitLogOffset"u8, CommitLogOffset);
        writer.Write("commitOrRollback"u8, CommitOrRollback);
        writer.Write("fromTransactionCheck"u8, FromTransactionCheck);
        writer.Write("msgId"u8, MsgId);
        writer.Write("transactionId"u8, TransactionId);
    }
}
