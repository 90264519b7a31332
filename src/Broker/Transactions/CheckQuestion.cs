using System.Text;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>The question to a producer group what became of a transaction: request 39 (reference: broker.md section 12.4).</summary>
/// <param name="Group">Producer group.</param>
/// <param name="Request">The request.</param>
internal sealed record CheckQuestion(string Group, RemotingCommand Request)
{
    /// <summary>Its id, for the log.</summary>
    public string? TransactionId { get; private init; }

    /// <summary>
    /// Asks about a half message. The offsets are those of its copy, which the answer ends; the body is the message as its producer sent it,
    /// in the form of a record. It stays compressed, unlike the original's, whose own clients cannot read what it sends then.
    /// </summary>
    /// <param name="half">The half message.</param>
    /// <param name="properties">Properties of the copy, with group and address.</param>
    /// <param name="copy">Where the copy lies.</param>
    public static CheckQuestion About(in MessageRecordView half, Dictionary<string, string> properties, in PutResult copy)
    {
        var id = properties.GetValueOrDefault(PropertyNames.UniqueKey);
        var header = new CheckTransactionStateRequestHeader
        {
            TranStateTableOffset = copy.QueueOffset,
            CommitLogOffset = copy.CommitOffset,
            MsgId = id,
            TransactionId = id,
            OffsetMsgId = new OffsetMessageId(half.StoreHost, copy.CommitOffset).ToString(),
        };
        properties[PropertyNames.WaitStoreMessageOk] = "false";
        return new CheckQuestion(
            properties[PropertyNames.ProducerGroup],
            RemotingCommand.Request(RequestCode.CheckTransactionState, header, Record(half, properties, copy)))
        {
            TransactionId = id,
        };
    }

    private static byte[] Record(in MessageRecordView half, Dictionary<string, string> properties, in PutResult copy)
    {
        HalfMessage.TryAddress(half, out var topic, out var queueId);
        var parts = new MessageRecordParts
        {
            Topic = topic,
            QueueId = queueId,
            Flag = half.Flag,
            SysFlag = half.SysFlag,
            BornTimestamp = half.BornTimestamp,
            BornHost = half.BornHost,
            StoreHost = half.StoreHost,
            ReconsumeTimes = half.ReconsumeTimes,
            Body = half.Body,
            Properties = Encoding.UTF8.GetBytes(MessageProperties.Encode(properties)),
        };
        var record = new byte[parts.TotalSize];
        MessageRecordWriter.Write(record, parts);
        MessageRecordWriter.SetBodyCrc(record, half.BodyCrc);
        MessageRecordWriter.Place(record, copy.QueueOffset, copy.CommitOffset, half.StoreTimestamp);
        return record;
    }
}
