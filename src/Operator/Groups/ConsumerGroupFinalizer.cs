using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Controllers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Groups;

/// <summary>What happens to the consumer group when its resource is deleted; idle means that nobody is online. Never wedges a namespace.</summary>
internal sealed class ConsumerGroupFinalizer(
    ClusterResolver resolver, ClaimIndex<ConsumerGroup> claims, EventPublisher publish, TimeProvider clock) : IEntityFinalizer<ConsumerGroup>
{
    /// <summary>Its name on resources.</summary>
    public static readonly string Identifier = ControllerHost<ConsumerGroup>.IdentifierOf(typeof(ConsumerGroupFinalizer));

    private static readonly TimeSpan TerminatingFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<ConsumerGroup>> FinalizeAsync(ConsumerGroup entity, CancellationToken cancellationToken)
    {
        var resolved = await resolver.ResolveAsync(entity, cancellationToken);
        if (!entity.Spec.Managed || resolved.Cluster is not { } cluster)
        {
            return ReconciliationResult<ConsumerGroup>.Success(entity);
        }

        var policy = entity.Spec.DeletionPolicy ?? cluster.Spec.Topics.DeletionPolicy;
        var winner = await resolver.WinnerAsync(claims, cluster, entity.GroupName, cancellationToken);
        if (policy == DeletionPolicy.Retain || (winner is not null && winner.Uid() != entity.Uid()))
        {
            return ReconciliationResult<ConsumerGroup>.Success(entity);
        }

        string? obstacle;
        try
        {
            obstacle = resolved.Link is { } link ? await RemoveAsync(entity, cluster, link, policy, cancellationToken) : resolved.Message;
        }
        catch (RocketeerException e)
        {
            obstacle = e.Message;
        }

        if (obstacle is null)
        {
            return ReconciliationResult<ConsumerGroup>.Success(entity);
        }

        var age = clock.GetUtcNow() - (entity.Metadata.DeletionTimestamp ?? DateTime.MaxValue);
        var timeout = entity.Spec.DeletionTimeoutSeconds;
        var isUp = (timeout > 0 && age >= TimeSpan.FromSeconds(timeout))
            || (age >= TerminatingFor && await resolver.IsTerminatingAsync(entity.Namespace(), cancellationToken));
        await publish(
            entity, isUp ? "FellBackToRetain" : "DeletionWaits", $"The group {entity.GroupName} {(isUp ? "stays on the brokers" : "cannot be deleted yet")}: {obstacle}", EventType.Warning, cancellationToken);
        return ReconciliationResult<ConsumerGroup>.Success(entity, isUp ? null : Later);
    }

    private static async Task<string?> RemoveAsync(
        ConsumerGroup group, RocketCluster cluster, ClusterLink link, DeletionPolicy policy, CancellationToken cancellationToken)
    {
        var view = await link.ReadAsync(cluster.ClusterName, 0, MaxAge, cancellationToken);
        var faults = string.Join(' ', view.Groups.Where(broker => !broker.IsReachable).Select(broker => broker.Fault));
        if (faults.Length > 0 || view.Groups.Count == 0)
        {
            return faults.Length > 0 ? faults : "no broker has registered at the name servers.";
        }

        foreach (var broker in view.Groups)
        {
            if (policy == DeletionPolicy.DeleteIfIdle
                && await link.Admin.GetMembersAsync(broker.Broker.Master!, group.GroupName, cancellationToken) is { ConnectionSet.Count: > 0 } online)
            {
                return $"{online.ConnectionSet.Count} members are online; stop them, or set spec.deletionPolicy to Delete.";
            }
        }

        foreach (var broker in view.Groups.Where(broker => broker.ConsumerGroups!.ContainsKey(group.GroupName)))
        {
            await link.Admin.DeleteGroupAsync(broker.Broker.Master!, group.GroupName, cancellationToken);
        }

        if (group.Spec.DeleteRetryAndDlq)
        {
            await RemoveTopicsAsync(link.Admin, view, group.GroupName, cancellationToken);
        }

        link.Wrote();
        return null;
    }

    private static async Task RemoveTopicsAsync(IClusterAdmin admin, ClusterView view, string group, CancellationToken cancellationToken)
    {
        foreach (var topic in new[] { TopicNames.RetryOf(group), TopicNames.DeadLetterOf(group) })
        {
            foreach (var broker in view.Groups.Where(broker => broker.Topics!.ContainsKey(topic)))
            {
                await admin.DeleteTopicAsync(broker.Broker.Master!, topic, cancellationToken);
            }

            await admin.DeleteTopicRouteAsync(topic, cancellationToken);
        }
    }
}
