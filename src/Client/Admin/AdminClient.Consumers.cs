using Rocketeer.Client.Calls;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Consumers that run: what they do, what they did, and what they shall do now.</content>
public sealed partial class AdminClient
{
    /// <summary>What a consumer says of itself: properties, subscriptions, queues and rates. The broker asks it on our behalf.</summary>
    /// <param name="group">Its consumer group.</param>
    /// <param name="clientId">Its client id, of <see cref="FindConsumerConnectionsAsync"/>.</param>
    /// <param name="withStacks">Ask for the stacks of its threads too; Java clients give them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BrokerRejectedException">It is not connected to any broker, or did not answer in time.</exception>
    /// <exception cref="RouteNotFoundException">The group never consumed: it has no retry topic.</exception>
    public async Task<ConsumerRunningInfo> GetConsumerRunningInfoAsync(
        string group, string clientId, bool withStacks = false, CancellationToken cancellationToken = default)
    {
        var header = new GetConsumerRunningInfoRequestHeader { ConsumerGroup = group, ClientId = clientId, JstackEnable = withStacks };
        return Answers.BodyOf<ConsumerRunningInfo>(
            await AskAnyBrokerOfGroupAsync(group, RequestCode.GetConsumerRunningInfo, header, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Gives one message to one consumer now, out of turn, and waits for what its handler says. Its offset does not change.</summary>
    /// <param name="group">Consumer group.</param>
    /// <param name="clientId">The consumer.</param>
    /// <param name="offsetMessageId">Where the message lies.</param>
    /// <param name="cancellationToken">Ends the wait; the handler may go on.</param>
    /// <exception cref="ArgumentException">The text is no offset id (32 hex digits).</exception>
    public async Task<ConsumeMessageDirectlyResult> ConsumeDirectlyAsync(
        string group, string clientId, string offsetMessageId, CancellationToken cancellationToken = default)
    {
        var message = await ViewMessageAsync(offsetMessageId, cancellationToken).ConfigureAwait(false)
            ?? throw new ArgumentException($"There is no message at offset id '{offsetMessageId}'.", nameof(offsetMessageId));
        var header = new ConsumeMessageDirectlyRequestHeader { ConsumerGroup = group, ClientId = clientId, MsgId = offsetMessageId };

        // Only the broker that stores the message can read it for the consumer.
        var address = message.StoreHost.ToString();
        return Answers.BodyOf<ConsumeMessageDirectlyResult>(
            await AskBrokerAsync(address, RequestCode.ConsumeMessageDirectly, header, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Offsets that the consumers of a group hold now, by client id; newer than those they committed.</summary>
    /// <param name="group">Consumer group.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="clientId">Only this consumer, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BrokerRejectedException">Nobody of the group is connected.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<MessageQueue, long>>> GetConsumerStatusAsync(
        string group, string topic, string? clientId = null, CancellationToken cancellationToken = default)
    {
        var all = new Dictionary<string, IReadOnlyDictionary<MessageQueue, long>>(StringComparer.Ordinal);
        var header = new GetConsumerStatusRequestHeader { Topic = topic, Group = group, ClientAddr = clientId };
        foreach (var (_, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            // Every broker asks every consumer, and each consumer tells of all its queues: one answer is enough.
            var body = await AskBrokerAsync<GetConsumerStatusBody>(address, RequestCode.InvokeBrokerToGetConsumerStatus, header, cancellationToken)
                .ConfigureAwait(false);
            foreach (var (client, offsets) in body.ConsumerTable)
            {
                all[client] = offsets;
            }

            if (all.Count > 0)
            {
                break;
            }
        }

        return all;
    }

    /// <summary>How old what a group has consumed is, queue by queue, over all brokers of a topic.</summary>
    public async Task<IReadOnlyList<QueueTimeSpan>> GetConsumeTimeSpansAsync(string group, string topic, CancellationToken cancellationToken = default)
    {
        var all = new List<QueueTimeSpan>();
        var header = new QueryConsumeTimeSpanRequestHeader { Topic = topic, Group = group };
        foreach (var (_, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            var body = await AskBrokerAsync<QueryConsumeTimeSpanBody>(address, RequestCode.QueryConsumeTimeSpan, header, cancellationToken)
                .ConfigureAwait(false);
            all.AddRange(body.ConsumeTimeSpanSet);
        }

        return all;
    }

    /// <summary>What every group of its topic did with a message.</summary>
    public async Task<IReadOnlyList<MessageTrack>> TrackAsync(MessageExt message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var tracks = new List<MessageTrack>();
        foreach (var group in await GetGroupsOfTopicAsync(message.Topic, cancellationToken).ConfigureAwait(false))
        {
            tracks.Add(await TrackAsync(message, group, cancellationToken).ConfigureAwait(false));
        }

        return tracks;
    }

    private async Task<MessageTrack> TrackAsync(MessageExt message, string group, CancellationToken cancellationToken)
    {
        try
        {
            var online = await FindConsumerConnectionsAsync(group, cancellationToken).ConfigureAwait(false);
            if (online is null)
            {
                return new MessageTrack(group, ConsumptionState.NotOnline, null);
            }

            return online.ConsumeType == ConsumeType.Actively
                ? new MessageTrack(group, ConsumptionState.Pull, null)
                : new MessageTrack(group, await StateOfAsync(message, group, online, cancellationToken).ConfigureAwait(false), null);
        }
        catch (RocketeerException unknown)
        {
            return new MessageTrack(group, ConsumptionState.Unknown, unknown.Message);
        }
    }

    private async Task<ConsumptionState> StateOfAsync(
        MessageExt message, string group, ConsumerConnection online, CancellationToken cancellationToken)
    {
        var stats = await GetConsumeStatsAsync(group, message.Topic, cancellationToken).ConfigureAwait(false);
        var route = await GetRouteAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        var stored = message.StoreHost.ToString();
        var broker = route.Brokers.FirstOrDefault(candidate => candidate.Addresses.Values.Contains(stored, StringComparer.Ordinal))?.Name;
        var consumed = stats.OffsetTable.Any(pair =>
            pair.Key.QueueId == message.QueueId && pair.Key.BrokerName == broker && pair.Value.ConsumerOffset > message.QueueOffset);
        if (!consumed)
        {
            return ConsumptionState.NotYet;
        }

        var tags = online.SubscriptionTable.GetValueOrDefault(message.Topic)?.TagsSet;
        return tags is null or { Count: 0 } || tags.Contains("*") || tags.Contains(message.Tags ?? "") ? ConsumptionState.Consumed : ConsumptionState.Filtered;
    }

    /// <summary>Asks the brokers of a group's retry topic, one after the other, until one knows the consumer.</summary>
    private async Task<RemotingCommand> AskAnyBrokerOfGroupAsync(string group, RequestCode code, ICommandHeader header, CancellationToken cancellationToken)
    {
        RocketeerException? refused = null;
        foreach (var (_, address) in await BrokersOfAsync(TopicNames.RetryOf(group), cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return await AskBrokerAsync(address, code, header, cancellationToken).ConfigureAwait(false);
            }
            catch (RocketeerException next)
            {
                refused = next;
            }
        }

        throw refused ?? new BrokerUnreachableException($"No broker of group '{group}' is registered.");
    }
}
