using System.Collections.Concurrent;
using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Writing;

namespace Rocketeer.Operator.Topics;

/// <summary>
/// Makes a Topic true on every master of its cluster (operator reference, 4.7). It compares with a bulk read that all Topics share, writes
/// what differs, and looks again at what it wrote before it says so.
/// </summary>
internal sealed partial class TopicController(
    ClusterResolver resolver,
    ClaimIndex<Topic> claims,
    StatusWriter statuses,
    PendingDeletes deletes,
    EventPublisher publish,
    FinalizerAttachment<Topic> attach,
    FinalizerAttachment<Topic> detach,
    TimeProvider clock) : IEntityController<Topic>
{
    /// <summary>When to look again at what only another resource can change; that change wakes the Topic anyway.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Verify = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan VerifyFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Incomplete = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ResourceKey, PendingTopicWrites> _pending = new();
    private readonly StatisticsTurns _turns = new(clock);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<Topic>> ReconcileAsync(Topic entity, CancellationToken cancellationToken)
    {
        var pass = new Pass(entity, new TopicReport(entity, clock.GetUtcNow()));
        try
        {
            await RunAsync(pass, cancellationToken);
        }
        catch (RocketeerException e)
        {
            pass.Report.NotReady("BrokerError", e.Message);
            pass.Failure = e.Message;
        }

        if (!pass.IsSilent)
        {
            await statuses.WriteAsync<Topic, TopicSpec, TopicStatus>(pass.Topic, pass.Report.Finish(), cancellationToken);
        }

        foreach (var (reason, message, type) in pass.Events)
        {
            await publish(pass.Topic, reason, message, type, cancellationToken);
        }

        return pass.Failure is { } failure
            ? ReconciliationResult<Topic>.Failure(pass.Topic, failure)
            : ReconciliationResult<Topic>.Success(pass.Topic, pass.Requeue);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult<Topic>> DeletedAsync(Topic entity, CancellationToken cancellationToken)
    {
        var key = ResourceKey.Of(entity);
        _pending.TryRemove(key, out _);
        _turns.Forget(key);
        return Task.FromResult(ReconciliationResult<Topic>.Success(entity));
    }

    private async Task RunAsync(Pass pass, CancellationToken cancellationToken)
    {
        var topic = pass.Topic;
        var conditions = pass.Report.Conditions;
        if (topic.Spec.Managed)
        {
            conditions.Set("Managed", true, "Managed", "The operator makes the topic what the spec says.");
        }
        else
        {
            pass.Topic = topic = await detach(topic, cancellationToken);
            conditions.Set("Managed", false, "Unmanaged", "spec.managed is false: the operator looks and never touches.");
        }

        var resolved = await resolver.ResolveAsync(topic, cancellationToken);
        if (resolved.Link is null)
        {
            pass.End("Ready", resolved.Reason, resolved.Message, Slow);
            return;
        }

        var cluster = resolved.Cluster!;
        var winner = topic.Spec.Managed ? await resolver.WinnerAsync(claims, cluster, topic.TopicName, cancellationToken) : null;
        if (winner is not null && winner.Uid() != topic.Uid())
        {
            var message = $"Topic {ResourceKey.Of(winner)} is older and has the name {topic.TopicName} in this cluster; delete one of the two, or choose another spec.topicName.";
            pass.End("Ready", "NameConflict", message, Slow);
            return;
        }

        var after = _pending.TryGetValue(ResourceKey.Of(topic), out var pending) ? pending.Sequence : 0;
        var view = await ReadAsync(resolved.Link, cluster, after, cancellationToken);
        await deletes.FinishAsync(cluster, resolved.Link, view, cancellationToken);
        if (FaultOf(topic, cluster, view) is { } fault)
        {
            pass.End("Ready", fault.Reason, fault.Message, fault.Reason == "ReservedName" ? Slow : Incomplete);
            return;
        }

        pass.Requeue = UntilNext(cluster, view);
        if (!topic.Spec.Managed)
        {
            await LookAsync(pass, resolved.Link, view, cancellationToken);
        }
        else
        {
            await ManageAsync(pass, cluster, resolved.Link, view, pending, cancellationToken);
        }
    }

    // Where somebody does not answer, the next pass must not be told so by the same old read.
    private static async Task<ClusterView> ReadAsync(ClusterLink link, RocketCluster cluster, long after, CancellationToken cancellationToken)
    {
        var resync = TimeSpan.FromSeconds(cluster.Spec.Topics.ResyncSeconds);
        var view = await link.ReadAsync(cluster.ClusterName, after, resync, cancellationToken);
        var known = (cluster.Status.BrokerGroups ?? []).Select(group => group.Name);
        var isComplete = view.Groups.Count > 0 && view.Groups.All(group => group.IsReachable) && known.All(name => view.Groups.Any(group => group.Name == name));
        return isComplete ? view : await link.ReadAsync(cluster.ClusterName, after, Incomplete, cancellationToken);
    }

    private static TopicObstacle? FaultOf(Topic topic, RocketCluster cluster, ClusterView view)
    {
        if (topic.TopicName == cluster.ClusterName || view.Groups.Any(group => group.Name == topic.TopicName))
        {
            return new TopicObstacle("ReservedName", $"{topic.TopicName} is the name of the cluster or of a broker group, whose topics brokers keep for themselves; choose another spec.topicName.");
        }

        return view.Groups.Count == 0
            ? new TopicObstacle("ClusterNotReady", $"No broker of RocketCluster {ResourceKey.Of(cluster)} has registered at its name servers yet.")
            : null;
    }

    private async Task ManageAsync(
        Pass pass, RocketCluster cluster, ClusterLink link, ClusterView view, PendingTopicWrites? pending, CancellationToken cancellationToken)
    {
        var key = ResourceKey.Of(pass.Topic);
        if (pending is not null && pending.Generation == pass.Topic.Generation() && pending.MissingIn(view, pass.Topic.TopicName) is { } missing)
        {
            if (clock.GetUtcNow() - pending.At < VerifyFor)
            {
                pass.Later(Verify);
                return;
            }

            _pending.TryRemove(key, out _);
            pass.Report.NotReady("VerifyFailed", $"{missing}, {VerifyFor.TotalSeconds:0} seconds after it was written.");
            pass.Failure = $"{pass.Topic.TopicName}: {missing}";
            return;
        }

        _pending.TryRemove(key, out _);
        if (pending is not null)
        {
            Verified(pass, pending);
        }

        var plan = await PlanAsync(pass, cluster, link.Admin, view, cancellationToken);
        var order = OrderToWrite(pass, cluster, view);
        if (plan.Refusal is { } refusal)
        {
            Refuse(pass, refusal);
            return;
        }

        var unreachable = view.Groups.Where(group => !group.IsReachable && TopicPlan.IsWanted(pass.Topic.Spec, group.Name)).ToList();
        if (plan.Steps.Count > 0 || order is not null)
        {
            await WriteAsync(pass, link, view, plan, order, cancellationToken);
            return;
        }

        var open = unreachable.Select(group => group.Name).ToHashSet();
        pass.Report.Show(view, open);
        await StatisticsAsync(pass, cluster, link.Admin, view, cancellationToken);
        pass.Report.Applied();
        Conclude(pass, plan, unreachable);
    }

    private static void Conclude(Pass pass, TopicPlan plan, List<GroupView> unreachable)
    {
        var conditions = pass.Report.Conditions;
        if (conditions.Find("Adopted") is null or { Reason: "Refused" })
        {
            conditions.Set("Adopted", pass.Report.Status.Adopted == true, pass.Report.Status.Adopted == true ? "AdoptedExisting" : "Created",
                pass.Report.Status.Adopted == true ? "The topic existed before this resource." : "The operator made the topic.");
        }

        if (unreachable.Count > 0)
        {
            pass.End("Ready", "BrokerError", string.Join(' ', unreachable.Select(group => group.Fault)), Incomplete);
        }
        else if (plan.Waiting is { } waiting)
        {
            pass.End("Ready", waiting.Reason, waiting.Message, Waiting);
        }
        else
        {
            if (!conditions.IsTrue("Ready"))
            {
                pass.Tell("Synced", $"The topic {pass.Topic.TopicName} is true on {pass.Report.Status.GroupsSynced} broker groups.");
            }

            conditions.Set("Ready", true, "Synced", "The topic is as the spec says on every master.");
        }
    }

    private async Task WriteAsync(Pass pass, ClusterLink link, ClusterView view, TopicPlan plan, string? order, CancellationToken cancellationToken)
    {
        var corrects = WasReady(pass.Topic) && pass.Report.Conditions.IsTrue("Ready") && pass.Topic.Status.ObservedGeneration == pass.Topic.Generation();
        pass.Topic = await attach(pass.Topic, cancellationToken);
        try
        {
            await TopicWrites.CarryOutAsync(link.Admin, view, pass.Topic.TopicName, plan.Steps, order, cancellationToken);
        }
        finally
        {
            link.Wrote(); // what failed halfway has changed something all the same
        }

        _pending[ResourceKey.Of(pass.Topic)] = new PendingTopicWrites(
            plan.Steps, order, link.Wrote(), clock.GetUtcNow(), pass.Topic.Generation(), plan.Adopts, corrects);
        pass.Later(Verify);
    }

    private static void Verified(Pass pass, PendingTopicWrites pending)
    {
        if (pending.Adopts)
        {
            pass.Report.Status.Adopted = true;
            pass.Report.Conditions.Set("Adopted", true, "AdoptedExisting", "The topic existed before this resource.");
            pass.Tell("Adopted", $"The topic {pass.Topic.TopicName} existed and is managed by this resource from now on.");
        }
        else if (pending.Corrects)
        {
            pass.Tell("Corrected", $"The topic {pass.Topic.TopicName} had been changed from outside and is again what the spec says.");
        }
    }

    private static void Refuse(Pass pass, TopicObstacle refusal)
    {
        if (refusal.Reason == "Refused")
        {
            pass.Report.Conditions.Set("Adopted", false, "Refused", refusal.Message);
        }

        pass.End("Ready", refusal.Reason, refusal.Message, Slow);
    }

    /// <summary>True once the operator has decided to write: the finalizer is attached then and not earlier.</summary>
    private static bool WasReady(Topic topic) => topic.HasFinalizer(TopicFinalizer.Identifier) || topic.Status.Applied is not null;
}
