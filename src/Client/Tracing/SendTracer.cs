using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tracing;

/// <summary>Makes the records of one producer. Thread-safe.</summary>
internal sealed class SendTracer(TraceDispatcher dispatcher, TraceOptions options, string group, TimeProvider clock)
{
    /// <summary>A broker answered; a batch leaves a record for each of its messages, so that each is found by its id.</summary>
    /// <param name="outgoing">What was sent.</param>
    /// <param name="message">The message; <see langword="null"/> for a batch.</param>
    /// <param name="result">The answer.</param>
    /// <param name="address">Who answered.</param>
    /// <param name="began">Time stamp of the clock.</param>
    public void Sent(OutgoingMessage outgoing, Message? message, SendResult result, string address, long began)
    {
        if (!result.IsTraced || !options.IsTraced(outgoing.Topic))
        {
            return;
        }

        var cost = clock.GetElapsedTime(began);
        if (outgoing.Batch is not { } part)
        {
            Add(message!, outgoing.Body.Length, result, address, cost);
            return;
        }

        var results = part.ResultsOf(result);
        for (var index = 0; index < results.Length; index++)
        {
            var member = part.Members[index].Message;
            Add(member, member.Body.Length, results[index], address, cost);
        }
    }

    private void Add(Message message, int bodyBytes, SendResult result, string address, TimeSpan cost) => dispatcher.Add(
        options.Topic,
        new SendTrace(result.MessageId, message.Keys.Count == 0 ? null : string.Join(PropertyNames.KeySeparator, message.Keys))
        {
            Time = clock.GetUtcNow() - cost,
            Region = result.RegionId,
            Group = group,
            Topic = message.Topic,
            Tag = message.Tag,
            BrokerAddress = address,
            BodyBytes = bodyBytes,
            Cost = cost,
            Kind = KindOf(message),
            OffsetMessageId = result.OffsetMessageId,
            Succeeded = result.Status == SendStatus.Stored,
        });

    private static TracedMessageKind KindOf(Message message) =>
        message.DelayLevel > 0 ? TracedMessageKind.Delayed
        : message.SystemProperties?.ContainsKey(PropertyNames.TransactionPrepared) == true ? TracedMessageKind.Half
        : TracedMessageKind.Normal;
}
