using System.Buffers;
using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <summary>Lays messages one behind the other into the body of a batch (reference: protocol-remoting.md section 9.3).</summary>
internal sealed class BatchEncoder(MessageEncoder messages, int maxBytes)
{
    /// <summary>Checks a list of messages and cuts it into parts of at most the longest allowed size.</summary>
    /// <exception cref="MessageIllegalException">A message cannot be sent, or not in one batch with the others.</exception>
    public List<BatchPart> Cut(IReadOnlyList<Message> batch, UniqueMessageId ids)
    {
        if (batch.Count == 0)
        {
            throw new MessageIllegalException("The batch is empty; send at least one message.");
        }

        var parts = new List<BatchPart>();
        var part = new BatchPart();
        foreach (var message in batch)
        {
            CheckFits(message, batch[0]);
            var id = ids.Next();
            var properties = Encoding.UTF8.GetBytes(MessageEncoder.Properties(message, id));
            var length = BatchMessageCodec.FixedLength + message.Body.Length + properties.Length;
            if (length > maxBytes)
            {
                throw new MessageIllegalException($"A message of the batch takes {length} bytes with its properties, more than MaxMessageBytes = {maxBytes}.");
            }

            if (part.Length + length > maxBytes)
            {
                parts.Add(part);
                part = new BatchPart();
            }

            part.Add(message, id, properties, length);
        }

        parts.Add(part);
        return parts;
    }

    /// <summary>The request of a part.</summary>
    public static OutgoingMessage Encode(BatchPart part)
    {
        var body = new ArrayBufferWriter<byte>(part.Length);
        foreach (var (message, properties) in part.Members)
        {
            BatchMessageCodec.Append(body, message.Flag, message.Body.Span, properties);
        }

        var first = part.Members[0].Message;
        return new OutgoingMessage
        {
            Topic = first.Topic,
            Body = body.WrittenMemory,
            Properties = MessageProperties.Encode([new(PropertyNames.WaitStoreMessageOk, first.WaitUntilStored ? "true" : "false")]),
            Batch = part,
        };
    }

    private void CheckFits(Message message, Message first)
    {
        messages.Check(message);
        if (message.Topic != first.Topic)
        {
            throw new MessageIllegalException($"A batch has one topic; this one has '{first.Topic}' and '{message.Topic}'.");
        }

        if (message.WaitUntilStored != first.WaitUntilStored)
        {
            throw new MessageIllegalException("All messages of a batch must have the same WaitUntilStored.");
        }

        if (message.DelayLevel != 0)
        {
            throw new MessageIllegalException("Brokers do not delay messages of a batch; send delayed messages one by one.");
        }

        if (message.Topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal))
        {
            throw new MessageIllegalException("Brokers take no batches for retry topics.");
        }
    }
}
