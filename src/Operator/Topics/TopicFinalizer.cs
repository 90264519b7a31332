using System.Collections.Concurrent;
using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Controllers;
using Rocketeer.Operator.Runtime.Writing;

namespace Rocketeer.Operator.Topics;

/// <summary>
/// What happens to the topic when its resource is deleted (operator reference, 4.7). It never keeps a resource for ever, unless it is told
/// to: a cluster that is gone, a namespace that goes and a time that is up let it go, and then the topic stays.
/// </summary>
internal sealed class TopicFinalizer(
    ClusterResolver resolver, ClaimIndex<Topic> claims, StatusWriter statuses, EventPublisher publish, PendingDeletes pending, TimeProvider clock) : IEntityFinalizer<Topic>
{
    /// <summary>Its name on resources.</summary>
    public static readonly string Identifier = ControllerHost<Topic>.IdentifierOf(typeof(TopicFinalizer));

    private static readonly TimeSpan TerminatingFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    // What a resource's own last step needs to be seen by: the writes of other resources are no reason to read anew.
    private readonly ConcurrentDictionary<string, long> _wrote = new();

    /// <inheritdoc/>
    public async Task<ReconciliationResult<Topic>> FinalizeAsync(Topic entity, CancellationToken cancellationToken)
    {
        var resolved = await resolver.ResolveAsync(entity, cancellationToken);
        if (!entity.Spec.Managed || resolved.Cluster is not { } cluster)
        {
            return ReconciliationResult<Topic>.Success(entity);
        }

        var policy = entity.Spec.DeletionPolicy ?? cluster.Spec.Topics.DeletionPolicy;
        var winner = await resolver.WinnerAsync(claims, cluster, entity.TopicName, cancellationToken);
        if (policy == DeletionPolicy.Retain || (winner is not null && winner.Uid() != entity.Uid()))
        {
            return ReconciliationResult<Topic>.Success(entity);
        }

        var age = clock.GetUtcNow() - (entity.Metadata.DeletionTimestamp ?? DateTime.MaxValue);
        if (age >= TerminatingFor && await resolver.IsTerminatingAsync(entity.Namespace(), cancellationToken))
        {
            return await FallBackAsync(entity, resolved.Link, cluster, $"namespace {entity.Namespace()} is being deleted", cancellationToken);
        }

        var delay = await StepAsync(entity, resolved, cluster, policy, cancellationToken);
        if (delay is null)
        {
            _wrote.TryRemove(entity.Uid(), out _);
            await publish(entity, "TopicDeleted", $"The topic {entity.TopicName} was deleted from every broker.", EventType.Normal, cancellationToken);
            return ReconciliationResult<Topic>.Success(entity);
        }

        var timeout = entity.Spec.DeletionTimeoutSeconds;
        if (timeout == 0 || age < TimeSpan.FromSeconds(timeout))
        {
            return await WaitAsync(entity, delay, cancellationToken);
        }

        if (policy == DeletionPolicy.DeleteIfIdle)
        {
            return await FallBackAsync(entity, resolved.Link, cluster, $"{timeout} s are over and the topic could not be deleted: {delay.Message}", cancellationToken);
        }

        await pending.RememberAsync(cluster, entity.TopicName, cancellationToken);
        await publish(
            entity, delay.Reason, $"{timeout} s are over; the topic {entity.TopicName} is deleted when its brokers answer again: {delay.Message}", EventType.Warning, cancellationToken);
        return ReconciliationResult<Topic>.Success(entity);
    }

    private async Task<DeletionDelay?> StepAsync(
        Topic topic, ResolvedCluster resolved, RocketCluster cluster, DeletionPolicy policy, CancellationToken cancellationToken)
    {
        if (resolved.Link is not { } link)
        {
            return TopicDeletion.Unreachable(resolved.Message);
        }

        try
        {
            var view = await link.ReadAsync(cluster.ClusterName, _wrote.GetValueOrDefault(topic.Uid()), MaxAge, cancellationToken);
            TimeSpan? idle = policy == DeletionPolicy.DeleteIfIdle ? TimeSpan.FromSeconds(topic.Spec.IdleSeconds) : null;
            if (view.Groups.Count == 0)
            {
                return TopicDeletion.Unreachable("No broker has registered at the name servers.");
            }

            var delay = await TopicDeletion.StepAsync(link, view, topic.TopicName, idle, clock.GetUtcNow(), cancellationToken);
            _wrote[topic.Uid()] = link.Written;
            return delay;
        }
        catch (RocketeerException e)
        {
            return TopicDeletion.Unreachable(e.Message);
        }
    }

    private async Task<ReconciliationResult<Topic>> WaitAsync(Topic topic, DeletionDelay delay, CancellationToken cancellationToken)
    {
        var report = new TopicReport(topic, clock.GetUtcNow());
        var before = report.Conditions.Find("Deleting")?.Reason;
        if (delay.Reason != "Removing")
        {
            report.Conditions.Set("Deleting", true, delay.Reason, delay.Message);
            topic = await statuses.WriteAsync<Topic, TopicSpec, TopicStatus>(topic, report.Finish(), cancellationToken);
            if (before != delay.Reason)
            {
                var type = delay.Reason == "WaitingForIdle" ? EventType.Normal : EventType.Warning;
                await publish(topic, delay.Reason, delay.Message, type, cancellationToken);
            }
        }

        return ReconciliationResult<Topic>.Success(topic, delay.Requeue);
    }

    private async Task<ReconciliationResult<Topic>> FallBackAsync(
        Topic topic, ClusterLink? link, RocketCluster cluster, string why, CancellationToken cancellationToken)
    {
        try
        {
            if (link is not null)
            {
                await TopicDeletion.ReopenAsync(link, await link.ReadAsync(cluster.ClusterName, link.Written, MaxAge, cancellationToken), topic, cancellationToken);
            }
        }
        catch (RocketeerException e)
        {
            why += $"; its permissions could not be given back: {e.Message}";
        }

        await publish(topic, "FellBackToRetain", $"The topic {topic.TopicName} stays on the brokers: {why}.", EventType.Warning, cancellationToken);
        return ReconciliationResult<Topic>.Success(topic);
    }
}
