using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Moves of consumer groups.</content>
public sealed partial class AdminClient
{
    // The brokers' word for "behind the last message".
    private const long LatestTimestamp = -1;

    /// <summary>
    /// Moves a group to what was stored at a time, in every queue of a topic. Consumers that run are told and go on from there; if nobody is
    /// online, the committed offsets are written.
    /// </summary>
    /// <param name="group">Consumer group.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="time">Where to; <see langword="null"/> is behind the last message.</param>
    /// <param name="force">Move forwards too. Without it only queues whose target lies before their offset are moved.</param>
    /// <param name="cancellationToken">Ends the wait; queues that were moved stay moved.</param>
    public async Task<IReadOnlyList<OffsetReset>> ResetOffsetsAsync(
        string group, string topic, DateTimeOffset? time, bool force = true, CancellationToken cancellationToken = default)
    {
        var moved = new List<OffsetReset>();
        var timestamp = time?.ToUnixTimeMilliseconds() ?? LatestTimestamp;
        var header = new ResetOffsetRequestHeader { Topic = topic, Group = group, Timestamp = timestamp, IsForce = force };
        foreach (var (broker, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var told = await AskBrokerAsync<ResetOffsetBody>(address, RequestCode.InvokeBrokerToResetOffset, header, cancellationToken)
                    .ConfigureAwait(false);
                moved.AddRange(told.OffsetTable.Select(pair => new OffsetReset(pair.Key, pair.Value, ToldConsumers: true)));
            }
            catch (BrokerRejectedException nobody) when (nobody.ResponseCode == ResponseCode.ConsumerNotOnline)
            {
                moved.AddRange(await ResetCommittedAsync(group, topic, broker, address, time, force, cancellationToken).ConfigureAwait(false));
            }
        }

        return [.. moved.OrderBy(reset => reset.Queue)];
    }

    /// <summary>Gives one group the offsets that another one has. Consumers of the target that run overwrite them soon: stop them before.</summary>
    /// <param name="source">Group to copy from.</param>
    /// <param name="target">Group to copy to.</param>
    /// <param name="topic">Only this topic, or <see langword="null"/> for all that the source consumes.</param>
    /// <param name="offline">Refuse unless both groups are without consumers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RouteNotFoundException">The source never consumed: it has no retry topic.</exception>
    public async Task CloneOffsetsAsync(
        string source, string target, string? topic = null, bool offline = false, CancellationToken cancellationToken = default)
    {
        var header = new CloneGroupOffsetRequestHeader { SrcGroup = source, DestGroup = target, Topic = topic, Offline = offline };
        foreach (var (_, address) in await BrokersOfAsync(TopicNames.RetryOf(source), cancellationToken).ConfigureAwait(false))
        {
            await AskBrokerAsync(address, RequestCode.CloneGroupOffset, header, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<OffsetReset>> ResetCommittedAsync(
        string group, string topic, string broker, string address, DateTimeOffset? time, bool force, CancellationToken cancellationToken)
    {
        var moved = new List<OffsetReset>();
        var header = new GetTopicStatsInfoRequestHeader { Topic = topic };
        var stats = await AskBrokerAsync<TopicStatsTable>(address, RequestCode.GetTopicStatsInfo, header, cancellationToken).ConfigureAwait(false);
        foreach (var (queue, offsets) in stats.OffsetTable.OrderBy(pair => pair.Key))
        {
            var place = queue with { BrokerName = broker };
            var target = time is { } instant ? await SearchOffsetAsync(place, instant, cancellationToken).ConfigureAwait(false) : offsets.MaxOffset;
            var now = await GetConsumerOffsetAsync(group, place, cancellationToken).ConfigureAwait(false) ?? offsets.MinOffset;
            if (force || target <= now)
            {
                await SetConsumerOffsetAsync(group, place, target, cancellationToken).ConfigureAwait(false);
                now = target;
            }

            moved.Add(new OffsetReset(place, now, ToldConsumers: false));
        }

        return moved;
    }
}
