using Rocketeer.Client;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Topics;

/// <summary>Writes that have not been seen on the brokers yet: 4.4's brokers answer before they have done what they were told.</summary>
/// <param name="Steps">What was written.</param>
/// <param name="Order">The order configuration that was written; empty for deleted; <see langword="null"/> for none.</param>
/// <param name="Sequence">A read with this number has seen them.</param>
/// <param name="At">When.</param>
/// <param name="Generation">Generation of the spec.</param>
/// <param name="Adopts">Whether the topic was taken over with them.</param>
/// <param name="Corrects">Whether they take a change from outside back.</param>
internal sealed record PendingTopicWrites(
    IReadOnlyList<TopicStep> Steps, string? Order, long Sequence, DateTimeOffset At, long? Generation, bool Adopts, bool Corrects)
{
    /// <summary>The first write that a read does not show, in words; <see langword="null"/> when it shows all.</summary>
    public string? MissingIn(ClusterView view, string topic)
    {
        foreach (var step in Steps)
        {
            if (view.Groups.FirstOrDefault(group => group.Name == step.Group) is not { IsReachable: true } group)
            {
                return $"{step.Group} cannot be asked";
            }

            var live = group.Topics!.GetValueOrDefault(topic);
            if (step is PutTopic put ? live is null || !TopicPlan.Same(live, put.Config) : live is not null)
            {
                return $"{step.Group} took the change and does not show it";
            }
        }

        return Order is null || view.Orders.GetValueOrDefault(topic, "") == Order ? null : "the name servers do not show the order configuration";
    }
}

/// <summary>Carries out plans, and reads what plans need beside the bulk read.</summary>
internal static class TopicWrites
{
    /// <summary>Writes the steps to the masters and the order configuration to the name servers.</summary>
    /// <exception cref="RocketeerException">A broker refused or did not answer; what was written before stays.</exception>
    public static async Task CarryOutAsync(
        IClusterAdmin admin, ClusterView view, string topic, IEnumerable<TopicStep> steps, string? order, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            var broker = view.Groups.First(group => group.Name == step.Group).Broker;
            if (step is PutTopic put)
            {
                await admin.PutTopicAsync(broker.Master!, put.Config, cancellationToken);
            }
            else
            {
                foreach (var address in broker.Slaves.Prepend(broker.Master!))
                {
                    await admin.DeleteTopicAsync(address, topic, cancellationToken);
                }
            }
        }

        if (order is not null)
        {
            await admin.PutOrderAsync(topic, order.Length == 0 ? null : order, cancellationToken);
        }
    }

    /// <summary>
    /// Messages that are stored and not read, by queue: for the consumer group that is furthest behind, or all when no group has ever read.
    /// </summary>
    public static async Task<IReadOnlyDictionary<int, long>> UnreadAsync(
        IClusterAdmin admin, string master, string topic, CancellationToken cancellationToken)
    {
        var offsets = await admin.GetOffsetsAsync(master, topic, cancellationToken);
        var readers = await admin.GetReadersAsync(master, topic, cancellationToken);
        if (readers.Count == 0)
        {
            return offsets.ToDictionary(queue => queue.Key, queue => queue.Value.MaxOffset - queue.Value.MinOffset);
        }

        var unread = offsets.ToDictionary(queue => queue.Key, _ => 0L);
        foreach (var reader in readers)
        {
            var committed = (await admin.GetProgressAsync(master, reader, topic, cancellationToken)).ToDictionary(queue => queue.Queue, queue => queue.Committed);
            foreach (var (id, offset) in offsets)
            {
                var from = Math.Max(committed.GetValueOrDefault(id), offset.MinOffset);
                unread[id] = Math.Max(unread[id], offset.MaxOffset - from);
            }
        }

        return unread;
    }

    /// <summary>True when a plan needs to know what is unread on a group.</summary>
    public static bool NeedsUnread(TopicSpec spec, string group, TopicConfig config) =>
        !TopicPlan.IsWanted(spec, group) || config.ReadQueueNums > Math.Max(spec.ReadQueues ?? spec.WriteQueues, spec.WriteQueues);
}
