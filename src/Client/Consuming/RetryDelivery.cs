using System.Globalization;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Gives messages back, so that the group gets them again after a delay: by code 36 to the broker that has the message, and where that
/// fails as a new message to the group's retry topic (reference: namesrv-and-client.md section E9).
/// </summary>
internal sealed class RetryDelivery(ConsumerContext consumer)
{
    private const int FirstRetryDelayLevel = 3;

    /// <summary>Gives one message back.</summary>
    /// <returns>False when it could not be, for whatever reason, which is logged; it must be handled again here.</returns>
    public async ValueTask<bool> TryGiveBackAsync(
        MessageQueue queue, MessageExt message, int delayLevel, CancellationToken cancellationToken)
    {
        try
        {
            await consumer.Backend.SendBackAsync(
                consumer.Group, queue.BrokerName, message, delayLevel, consumer.MaxReconsumeTimes, cancellationToken).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // a message that is neither given back nor handled again would hold its queue's offset for ever
        catch (Exception refused) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return await TrySendAsync(message, refused, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes a dead letter of a message that was tried often enough in order: it is sent to the retry topic with as many attempts as are
    /// allowed, and so the broker puts it among the dead letters.
    /// </summary>
    /// <returns>False when it could not be, for whatever reason, which is logged.</returns>
    public async ValueTask<bool> TryBuryAsync(MessageExt message, int maxReconsumeTimes)
    {
        try
        {
            await consumer.Backend.SendAsync(RetryOf(message, message.ReconsumeTimes, maxReconsumeTimes), CancellationToken.None).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // the message stays at the head of its queue, and is tried again
        catch (Exception failure)
#pragma warning restore CA1031
        {
            consumer.Logger.BuryFailed(failure, consumer.Group, message.MessageId);
            return false;
        }
    }

    private async ValueTask<bool> TrySendAsync(MessageExt message, Exception refused, CancellationToken cancellationToken)
    {
        try
        {
            await consumer.Backend.SendAsync(RetryOf(message, message.ReconsumeTimes + 1, consumer.MaxReconsumeTimes), cancellationToken).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            consumer.Logger.SendBackFailed(new AggregateException(refused, failure), consumer.Group, message.MessageId);
            return false;
        }
    }

    private Message RetryOf(MessageExt message, int reconsumeTimes, int maxReconsumeTimes)
    {
        var delayLevel = FirstRetryDelayLevel + message.ReconsumeTimes;
        var properties = new Dictionary<string, string>(message.Properties, StringComparer.Ordinal)
        {
            [PropertyNames.RetryTopic] = message.Topic,
            [PropertyNames.ReconsumeTime] = Text(reconsumeTimes),
            [PropertyNames.MaxReconsumeTimes] = Text(maxReconsumeTimes),
            [PropertyNames.DelayLevel] = Text(delayLevel),
        };
        properties.Remove(PropertyNames.TransactionPrepared); // its transaction is over; the broker would begin another one
        properties.TryAdd(PropertyNames.OriginMessageId, message.OffsetMessageId.ToString());
        return new Message(consumer.RetryTopic, message.Body) { Flag = message.Flag, SystemProperties = properties };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
