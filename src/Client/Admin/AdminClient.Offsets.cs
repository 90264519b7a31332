using Rocketeer.Client.Calls;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Offsets of queues and of groups in them.</content>
public sealed partial class AdminClient
{
    /// <summary>Offset behind the last message of a queue.</summary>
    public Task<long> GetMaxOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return OffsetAsync(queue, RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId }, cancellationToken);
    }

    /// <summary>Offset of the first message of a queue that is still stored.</summary>
    public Task<long> GetMinOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return OffsetAsync(queue, RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId }, cancellationToken);
    }

    /// <summary>Offset of the message of a queue that was stored at a time, or next to it.</summary>
    public Task<long> SearchOffsetAsync(MessageQueue queue, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var header = new SearchOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId, Timestamp = time.ToUnixTimeMilliseconds() };
        return OffsetAsync(queue, RequestCode.SearchOffsetByTimestamp, header, cancellationToken);
    }

    /// <summary>Committed offset of a group in a queue, <see langword="null"/> if it has none.</summary>
    public async Task<long?> GetConsumerOffsetAsync(string group, MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var header = new QueryConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = queue.Topic, QueueId = queue.QueueId };
        try
        {
            var master = await MasterOfAsync(queue.Topic, queue.BrokerName, cancellationToken).ConfigureAwait(false);
            var answer = await AskBrokerAsync(master, RequestCode.QueryConsumerOffset, header, cancellationToken).ConfigureAwait(false);
            return Answers.HeaderOf<QueryConsumerOffsetResponseHeader>(answer).Offset;
        }
        catch (BrokerRejectedException none) when (none.ResponseCode == ResponseCode.QueryNotFound)
        {
            return null;
        }
    }

    /// <summary>Sets the committed offset of a group in a queue. Consumers that run overwrite it soon: stop them before.</summary>
    public async Task SetConsumerOffsetAsync(string group, MessageQueue queue, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var header = new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = group,
            Topic = queue.Topic,
            QueueId = queue.QueueId,
            CommitOffset = offset,
        };
        var master = await MasterOfAsync(queue.Topic, queue.BrokerName, cancellationToken).ConfigureAwait(false);
        await AskBrokerAsync(master, RequestCode.UpdateConsumerOffset, header, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> OffsetAsync(MessageQueue queue, RequestCode code, ICommandHeader header, CancellationToken cancellationToken)
    {
        var master = await MasterOfAsync(queue.Topic, queue.BrokerName, cancellationToken).ConfigureAwait(false);
        return Answers.HeaderOf<OffsetResponseHeader>(await AskBrokerAsync(master, code, header, cancellationToken).ConfigureAwait(false)).Offset;
    }
}
