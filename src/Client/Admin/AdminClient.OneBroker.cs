using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Admin;

/// <content>Topics and offsets of one broker by its address, for those who know the brokers and must not depend on a route.</content>
public sealed partial class AdminClient
{
    /// <summary>First and next offset of every queue of a topic on one broker.</summary>
    public Task<TopicStatsTable> GetTopicStatsOnBrokerAsync(string brokerAddress, string topic, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<TopicStatsTable>(
            brokerAddress, RequestCode.GetTopicStatsInfo, new GetTopicStatsInfoRequestHeader { Topic = topic }, cancellationToken);

    /// <summary>Names of the consumer groups that consumed a topic from one broker or are connected to it for the topic.</summary>
    public async Task<IReadOnlyList<string>> GetGroupsOfTopicOnBrokerAsync(
        string brokerAddress, string topic, CancellationToken cancellationToken = default) =>
        [.. (await AskBrokerAsync<GroupList>(
            brokerAddress, RequestCode.QueryTopicConsumeByWho, new QueryTopicConsumeByWhoRequestHeader { Topic = topic }, cancellationToken)
            .ConfigureAwait(false)).Groups];

    /// <summary>How far a consumer group is on one broker, in one topic or in all.</summary>
    public Task<ConsumeStats> GetConsumeStatsOnBrokerAsync(
        string brokerAddress, string group, string? topic = null, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<ConsumeStats>(
            brokerAddress, RequestCode.GetConsumeStats, new GetConsumeStatsRequestHeader { ConsumerGroup = group, Topic = topic }, cancellationToken);

    /// <summary>Offset of the message of a queue of one broker that was stored at a time, or next to it.</summary>
    public async Task<long> SearchOffsetOnBrokerAsync(
        string brokerAddress, string topic, int queue, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        var header = new SearchOffsetRequestHeader { Topic = topic, QueueId = queue, Timestamp = time.ToUnixTimeMilliseconds() };
        return Calls.Answers.HeaderOf<OffsetResponseHeader>(
            await AskBrokerAsync(brokerAddress, RequestCode.SearchOffsetByTimestamp, header, cancellationToken).ConfigureAwait(false)).Offset;
    }

    /// <summary>Sets the committed offset of a group in a queue of one broker. Consumers that run overwrite it soon: stop them before.</summary>
    public async Task SetConsumerOffsetOnBrokerAsync(
        string brokerAddress, string group, string topic, int queue, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var header = new UpdateConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = topic, QueueId = queue, CommitOffset = offset };
        await AskBrokerAsync(brokerAddress, RequestCode.UpdateConsumerOffset, header, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes one broker tell the members of a group that are online to go to a time in a topic.</summary>
    /// <param name="brokerAddress">A master.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; refused when nobody of it is online.</param>
    /// <param name="timestamp">Milliseconds since 1970; -1 for the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>New offset by queue.</returns>
    public async Task<ResetOffsetBody> ResetOffsetsOnBrokerAsync(
        string brokerAddress, string topic, string group, long timestamp, CancellationToken cancellationToken = default)
    {
        var header = new ResetOffsetRequestHeader { Topic = topic, Group = group, Timestamp = timestamp, IsForce = true };
        return await AskBrokerAsync<ResetOffsetBody>(brokerAddress, RequestCode.InvokeBrokerToResetOffset, header, cancellationToken).ConfigureAwait(false);
    }
}
