using Rocketeer.Client;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Topics;

/// <summary>Why a deletion is not done yet.</summary>
/// <param name="Reason">Reason of the condition Deleting.</param>
/// <param name="Message">One sentence with numbers.</param>
/// <param name="Requeue">When to look again.</param>
internal sealed record DeletionDelay(string Reason, string Message, TimeSpan Requeue);

/// <summary>Takes a topic off a cluster, step by step; each step can be repeated without harm.</summary>
internal static class TopicDeletion
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);

    /// <summary>One step.</summary>
    /// <param name="link">The cluster.</param>
    /// <param name="view">A read that has seen all our writes.</param>
    /// <param name="topic">The topic on the brokers.</param>
    /// <param name="idle">How long nothing may have come, and nothing be unread; <see langword="null"/> to delete in any case.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> when nothing is left of the topic.</returns>
    /// <exception cref="RocketeerException">A broker or the name servers refused or did not answer.</exception>
    public static async Task<DeletionDelay?> StepAsync(
        ClusterLink link, ClusterView view, string topic, TimeSpan? idle, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var faults = string.Join(' ', view.Groups.Where(group => !group.IsReachable).Select(group => group.Fault));
        var holders = view.Groups.Where(group => group.Topics?.ContainsKey(topic) == true).ToList();
        if (idle is { } least)
        {
            var delay = faults.Length > 0
                ? Unreachable(faults)
                : await IdleAsync(link.Admin, holders, topic, least, now, cancellationToken) ?? await CloseAsync(link, holders, topic, cancellationToken);
            if (delay is not null)
            {
                return delay;
            }
        }

        foreach (var holder in holders)
        {
            await RemoveAsync(link.Admin, holder, topic, cancellationToken);
        }

        if (holders.Count > 0)
        {
            link.Wrote();
            return new DeletionDelay("Removing", $"The topic is being removed from {string.Join(", ", holders.Select(holder => holder.Name))}.", Soon);
        }

        if (view.Orders.ContainsKey(topic))
        {
            await link.Admin.PutOrderAsync(topic, null, cancellationToken);
            link.Wrote();
        }

        await link.Admin.DeleteTopicRouteAsync(topic, cancellationToken);
        return faults.Length > 0 ? Unreachable(faults) : null;
    }

    /// <summary>The delay while somebody does not answer.</summary>
    public static DeletionDelay Unreachable(string why) => new("BrokerUnreachable", why, Later);

    private static async Task<DeletionDelay?> IdleAsync(
        IClusterAdmin admin, List<GroupView> holders, string topic, TimeSpan least, DateTimeOffset now, CancellationToken cancellationToken)
    {
        long unread = 0, last = 0;
        foreach (var holder in holders)
        {
            unread += (await TopicWrites.UnreadAsync(admin, holder.Broker.Master!, topic, cancellationToken)).Values.Sum();
            var offsets = await admin.GetOffsetsAsync(holder.Broker.Master!, topic, cancellationToken);
            last = Math.Max(last, offsets.Values.Select(queue => queue.LastUpdateTimestamp).DefaultIfEmpty().Max());
        }

        if (unread > 0)
        {
            return new DeletionDelay("Backlog", $"{unread} messages of {topic} are not read by every group; set spec.deletionPolicy to Delete to lose them, or to Retain.", Later);
        }

        var quiet = now - DateTimeOffset.FromUnixTimeMilliseconds(last);
        return quiet >= least
            ? null
            : new DeletionDelay(
                "WaitingForIdle",
                $"The last message of {topic} came at {DateTimeOffset.FromUnixTimeMilliseconds(last):u}; the topic is deleted when none has come for {least.TotalSeconds:0} s.",
                Later < least - quiet ? Later : least - quiet);
    }

    // Nothing may come between the look and the deletion: writing ends first, then the look is repeated.
    private static async Task<DeletionDelay?> CloseAsync(ClusterLink link, List<GroupView> holders, string topic, CancellationToken cancellationToken)
    {
        var open = holders.Where(holder => holder.Topics![topic].Perm != Permissions.Read).ToList();
        foreach (var holder in open)
        {
            await link.Admin.PutTopicAsync(holder.Broker.Master!, holder.Topics![topic] with { Perm = Permissions.Read }, cancellationToken);
        }

        if (open.Count == 0)
        {
            return null;
        }

        link.Wrote();
        return new DeletionDelay("Removing", $"{topic} takes no more messages and is removed next.", Soon);
    }

    // Committed offsets would outlive the topic, and make who consumes a new one of the same name skip its first messages.
    private static async Task RemoveAsync(IClusterAdmin admin, GroupView holder, string topic, CancellationToken cancellationToken)
    {
        var master = holder.Broker.Master!;
        var config = holder.Topics![topic];
        if (config.Perm != Permissions.Read)
        {
            await admin.PutTopicAsync(master, config with { Perm = Permissions.Read }, cancellationToken);
        }

        foreach (var reader in await admin.GetReadersAsync(master, topic, cancellationToken))
        {
            foreach (var queue in await admin.GetProgressAsync(master, reader, topic, cancellationToken))
            {
                if (queue.Committed > 0)
                {
                    await admin.SetOffsetAsync(master, reader, topic, queue.Queue, 0, cancellationToken);
                }
            }
        }

        await admin.DeleteTopicAsync(master, topic, cancellationToken);
        foreach (var slave in holder.Broker.Slaves)
        {
            try
            {
                await admin.DeleteTopicAsync(slave, topic, cancellationToken);
            }
            catch (RocketeerException)
            {
                continue; // a slave takes its master's topics over when it comes back
            }
        }
    }

    /// <summary>Gives a topic that stays after all its permissions back.</summary>
    public static async Task ReopenAsync(ClusterLink link, ClusterView view, Topic topic, CancellationToken cancellationToken)
    {
        var observed = view.Groups
            .Where(group => group.Topics?.ContainsKey(topic.TopicName) == true)
            .Select(group => new ObservedTopic(group.Name, group.Topics![topic.TopicName]))
            .ToList();
        var spec = k8s.KubernetesJson.Deserialize<TopicSpec>(k8s.KubernetesJson.Serialize(topic.Spec));
        spec.BrokerGroups = [.. observed.Select(group => group.Group)];
        var plan = TopicPlan.Compute(topic.TopicName, spec, AdoptionPolicy.Adopt, wasReady: true, observed);
        await TopicWrites.CarryOutAsync(link.Admin, view, topic.TopicName, plan.Steps.OfType<PutTopic>(), null, cancellationToken);
        link.Wrote();
    }
}
