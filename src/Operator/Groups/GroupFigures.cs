using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Groups;

/// <summary>Members and lag of a consumer group, from all masters.</summary>
internal static class GroupFigures
{
    /// <summary>Reads them into a status and its conditions.</summary>
    public static async Task ReadAsync(
        ConsumerGroup group, ConsumerGroupStatus status, ConditionSet conditions, IClusterAdmin admin, ClusterView view, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var masters = view.Groups.Where(broker => broker.IsReachable).Select(broker => broker.Broker.Master!).ToList();
        var connections = (await Task.WhenAll(masters.Select(master => admin.GetMembersAsync(master, group.GroupName, cancellationToken)))).OfType<ConsumerConnection>().ToList();
        var progress = (await Task.WhenAll(masters.Select(master => admin.GetProgressAsync(master, group.GroupName, null, cancellationToken)))).SelectMany(part => part).ToList();
        ShowMembers(status, conditions, connections);
        ShowLag(group.Spec.Lag, status, conditions, progress, now);
    }

    /// <summary>Two significant digits: what changes less is no news.</summary>
    internal static long Round(long value)
    {
        long unit = 1;
        while (value / unit >= 100)
        {
            unit *= 10;
        }

        return value / unit * unit;
    }

    private static void ShowMembers(ConsumerGroupStatus status, ConditionSet conditions, List<ConsumerConnection> connections)
    {
        status.Clients = connections.SelectMany(connection => connection.ConnectionSet).Select(client => client.ClientId).Distinct().Count();
        var subscriptions = connections.SelectMany(connection => connection.SubscriptionTable.Values).ToList();
        status.Subscriptions = [.. subscriptions.GroupBy(one => one.Topic).OrderBy(topic => topic.Key, StringComparer.Ordinal)
            .Select(topic => new GroupSubscription { Topic = topic.Key, Expression = topic.First().SubString })];
        if (status.Clients == 0)
        {
            status.MessageModel = null;
            status.ConsumeType = null;
            conditions.Set("Online", false, "NoClients", "Nobody of the group is online.");
            return;
        }

        status.MessageModel = connections[0].MessageModel == MessageModel.Clustering ? "CLUSTERING" : "BROADCASTING";
        status.ConsumeType = connections[0].ConsumeType == ConsumeType.Passively ? "CONSUME_PASSIVELY" : "CONSUME_ACTIVELY";
        var differs = subscriptions.GroupBy(one => one.Topic).FirstOrDefault(topic => topic.Select(one => one.SubString).Distinct().Count() > 1);
        if (differs is null)
        {
            conditions.Set("Online", true, "HasClients", "Members of the group are online.");
        }
        else
        {
            conditions.Set("Online", true, "SubscriptionsDiffer", $"Members subscribe to {differs.Key} with different expressions, so that messages are lost to some; give all the same.");
        }
    }

    private static void ShowLag(LagSpec limits, ConsumerGroupStatus status, ConditionSet conditions, List<GroupProgress> progress, DateTimeOffset now)
    {
        var total = progress.Sum(queue => queue.Unread);
        var byTopic = progress.GroupBy(queue => queue.Topic).OrderBy(topic => topic.Key, StringComparer.Ordinal).Select(topic =>
        {
            var oldest = topic.Where(queue => queue.Unread > 0 && queue.LastTime > 0).Select(queue => queue.LastTime).DefaultIfEmpty().Min();
            return (Topic: topic.Key, Messages: topic.Sum(queue => queue.Unread), Seconds: oldest == 0 ? 0 : Math.Max(0, (now.ToUnixTimeMilliseconds() - oldest) / 1000));
        }).ToList();
        var seconds = byTopic.Select(topic => topic.Seconds).DefaultIfEmpty().Max();
        status.Lag = new LagStatus
        {
            Total = Round(total),
            ByTopic = [.. byTopic.Select(topic => new TopicLag { Topic = topic.Topic, Messages = Round(topic.Messages), Seconds = Round(topic.Seconds) })],
        };
        if (limits.ThresholdMessages is null && limits.ThresholdSeconds is null)
        {
            conditions.Remove("LagHigh");
            return;
        }

        var isHigh = total > (limits.ThresholdMessages ?? long.MaxValue) || seconds > (limits.ThresholdSeconds ?? long.MaxValue);
        conditions.Set("LagHigh", isHigh, isHigh ? "AboveThreshold" : "BelowThreshold", $"About {Round(total)} messages are unread, the oldest for about {Round(seconds)} s.");
    }
}
