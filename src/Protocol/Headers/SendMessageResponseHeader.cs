using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Headers;

/// <summary>
/// Answer to requests 10, 310 and 320. Region and trace switch go with every answer, the rest only when the message was stored. The
/// broker gives <see cref="StoredAt"/>, which is written without allocating; readers find <see cref="MessageId"/>.
/// </summary>
public readonly record struct SendMessageResponseHeader : ICommandHeader<SendMessageResponseHeader>
{
    /// <summary>Where one message was stored; written as its id.</summary>
    public OffsetMessageId? StoredAt { get; init; }

    /// <summary>Id of the message by address and offset, of a batch the ids separated by commas; goes before <see cref="StoredAt"/>.</summary>
    public string? MessageId { get; init; }

    /// <summary>Queue that the message was put in.</summary>
    public int? QueueId { get; init; }

    /// <summary>Index of the message in its queue, of a batch the index of the first.</summary>
    public long? QueueOffset { get; init; }

    /// <summary>Transaction id; the 4.4.0 broker never sets it.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Region of the broker.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the broker wants messages traced.</summary>
    public bool? TraceOn { get; init; }

    /// <inheritdoc/>
    public static SendMessageResponseHeader Read(ref ExtFieldReader fields)
    {
        string? messageId = null, transactionId = null, region = null;
        int? queueId = null;
        long? queueOffset = null;
        bool? traceOn = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("msgId"u8))
            {
                messageId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("queueId"u8))
            {
                queueId = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("queueOffset"u8))
            {
                queueOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("transactionId"u8))
            {
                transactionId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("MSG_REGION"u8))
            {
                region = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("TRACE_ON"u8))
            {
                traceOn = fields.GetBoolean();
            }
        }

        return new SendMessageResponseHeader
        {
            MessageId = messageId,
            QueueId = queueId,
            QueueOffset = queueOffset,
            TransactionId = transactionId,
            Region = region,
            TraceOn = traceOn,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        if (MessageId is null && StoredAt is { } storedAt)
        {
            Span<byte> hex = stackalloc byte[OffsetMessageId.TextLength];
            storedAt.Format(hex);
            writer.Write("msgId"u8, hex);
        }
        else
        {
            writer.Write("msgId"u8, MessageId);
        }

        if (QueueId is { } queueId)
        {
            writer.Write("queueId"u8, queueId);
        }

        if (QueueOffset is { } queueOffset)
        {
            writer.Write("queueOffset"u8, queueOffset);
        }

        writer.Write("transactionId"u8, TransactionId);
        writer.Write("MSG_REGION"u8, Region);
        if (TraceOn is { } traceOn)
        {
            writer.Write("TRACE_ON"u8, traceOn);
        }
    }
}
