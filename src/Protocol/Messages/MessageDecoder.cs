using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Messages;

/// <summary>Decodes the records in an answer as the original's clients do (reference: protocol-remoting.md section 9.1). Stateless.</summary>
public static class MessageDecoder
{
    /// <summary>Decodes all records. What cannot be decoded ends the list: the messages before it are kept, the rest is dropped.</summary>
    /// <param name="records">Records behind one another. Bodies that are not compressed share this memory.</param>
    /// <param name="maxBodyLength">Most bytes that a compressed body may inflate to; one that holds more stays compressed.</param>
    public static List<MessageExt> DecodeAll(ReadOnlyMemory<byte> records, int maxBodyLength = BoundedZlib.DefaultMaxLength)
    {
        var messages = new List<MessageExt>();
        while (MessageRecordView.TryParseLenient(records.Span, out var record))
        {
            messages.Add(Decode(record, records.Slice(MessageRecordLayout.BodyAt, record.Body.Length), maxBodyLength));
            records = records[record.Bytes.Length..];
        }

        return messages;
    }

    private static MessageExt Decode(MessageRecordView record, ReadOnlyMemory<byte> body, int maxBodyLength)
    {
        // A transaction check of 4.4.0 carries an inflated body under the compressed flag: keep what does not inflate.
        if ((record.SysFlag & MessageSysFlags.Compressed) != 0 && BoundedZlib.TryInflate(body.Span, out var plain, maxBodyLength))
        {
            body = plain;
        }

        return new MessageExt
        {
            Topic = Utf8NameCache.Intern(record.Topic),
            QueueId = record.QueueId,
            QueueOffset = record.QueueOffset,
            CommitLogOffset = record.PhysicalOffset,
            StoreSize = record.TotalSize,
            BodyCrc = record.BodyCrc,
            Flag = record.Flag,
            SysFlag = record.SysFlag,
            BornTimestamp = record.BornTimestamp,
            BornHost = record.BornHost,
            StoreTimestamp = record.StoreTimestamp,
            StoreHost = record.StoreHost,
            ReconsumeTimes = record.ReconsumeTimes,
            PreparedTransactionOffset = record.PreparedTransactionOffset,
            Body = body,
            Properties = MessageProperties.Parse(record.Properties),
        };
    }
}
