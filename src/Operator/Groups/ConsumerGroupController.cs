using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Writing;

namespace Rocketeer.Operator.Groups;

/// <summary>Makes a ConsumerGroup true on every master, says who is online and how far behind, and moves offsets when it is asked to.</summary>
internal sealed class ConsumerGroupController(
    ClusterResolver resolver,
    ClaimIndex<ConsumerGroup> claims,
    StatusWriter statuses,
    OffsetReset reset,
    EventPublisher publish,
    FinalizerAttachment<ConsumerGroup> attach,
    FinalizerAttachment<ConsumerGroup> detach,
    TimeProvider clock) : IEntityController<ConsumerGroup>
{
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Verify = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan VerifyFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Incomplete = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Figures = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ResourceKey, Written> _pending = new();
    private readonly StatisticsTurns _turns = new(clock);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<ConsumerGroup>> ReconcileAsync(ConsumerGroup entity, CancellationToken cancellationToken)
    {
        var pass = new Pass(entity, clock.GetUtcNow());
        try
        {
            await RunAsync(pass, cancellationToken);
        }
        catch (RocketeerException e)
        {
            pass.End("BrokerError", e.Message, Incomplete);
            pass.Failure = e.Message;
        }

        if (!pass.IsSilent)
        {
            var before = entity.Status.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");
            await statuses.WriteAsync<ConsumerGroup, ConsumerGroupSpec, ConsumerGroupStatus>(pass.Group, pass.Finish(), cancellationToken);
            if (pass.Conditions.Find("Ready") is { } ready && (before?.Reason, before?.Status) != (ready.Reason, ready.Status))
            {
                await publish(pass.Group, ready.Reason, ready.Message, ready.Status == "True" ? EventType.Normal : EventType.Warning, cancellationToken);
            }
        }

        return pass.Failure is { } failure
            ? ReconciliationResult<ConsumerGroup>.Failure(pass.Group, failure)
            : ReconciliationResult<ConsumerGroup>.Success(pass.Group, pass.Requeue);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult<ConsumerGroup>> DeletedAsync(ConsumerGroup entity, CancellationToken cancellationToken)
    {
        _pending.TryRemove(ResourceKey.Of(entity), out _);
        _turns.Forget(ResourceKey.Of(entity));
        return Task.FromResult(ReconciliationResult<ConsumerGroup>.Success(entity));
    }

    private async Task RunAsync(Pass pass, CancellationToken cancellationToken)
    {
        var isManaged = pass.Group.Spec.Managed;
        pass.Conditions.Set(
            "Managed", isManaged, isManaged ? "Managed" : "Unmanaged",
            isManaged ? "The operator makes the group what the spec says." : "spec.managed is false: the operator looks and never touches.");
        if (!isManaged)
        {
            pass.Group = await detach(pass.Group, cancellationToken);
        }

        var resolved = await resolver.ResolveAsync(pass.Group, cancellationToken);
        if (resolved.Link is not { } link)
        {
            pass.End(resolved.Reason, resolved.Message, Slow);
            return;
        }

        var cluster = resolved.Cluster!;
        var winner = isManaged ? await resolver.WinnerAsync(claims, cluster, pass.Group.GroupName, cancellationToken) : null;
        if (winner is not null && winner.Uid() != pass.Group.Uid())
        {
            pass.End("NameConflict", $"ConsumerGroup {ResourceKey.Of(winner)} is older and has the name {pass.Group.GroupName} in this cluster; delete one of the two.", Slow);
            return;
        }

        var key = ResourceKey.Of(pass.Group);
        var pending = _pending.GetValueOrDefault(key);
        var resync = TimeSpan.FromSeconds(cluster.Spec.Topics.ResyncSeconds);
        var view = await link.ReadAsync(cluster.ClusterName, pending?.Sequence ?? 0, resync, cancellationToken);
        if (view.Groups.Count == 0 || !view.Groups.All(broker => broker.IsReachable))
        {
            view = await link.ReadAsync(cluster.ClusterName, pending?.Sequence ?? 0, Incomplete, cancellationToken);
        }

        if (view.Groups.Count == 0)
        {
            pass.End("ClusterNotReady", "No broker has registered at the name servers yet.", Incomplete);
            return;
        }

        pass.Requeue = resync < Figures ? resync : Figures;
        var wish = GroupWish.Compute(pass.Group, view);
        if (!isManaged || await MadeTrueAsync(pass, cluster, link, wish, pending, cancellationToken))
        {
            await ShowAsync(pass, cluster, link, view, wish, cancellationToken);
        }
    }

    /// <summary>Writes what differs.</summary>
    /// <returns>True when nothing is left to write or to wait for.</returns>
    private async Task<bool> MadeTrueAsync(
        Pass pass, RocketCluster cluster, ClusterLink link, GroupWish wish, Written? pending, CancellationToken cancellationToken)
    {
        var key = ResourceKey.Of(pass.Group);
        var wasTrue = pass.Group.HasFinalizer(ConsumerGroupFinalizer.Identifier) || pass.Group.Status.Applied is not null;
        if (wish.IsTrue && (wasTrue || !wish.Exists))
        {
            _pending.TryRemove(key, out _);
            pass.Status.Adopted ??= pending?.Adopts == true ? true : null;
            return true;
        }

        if (pending is not null && pending.Generation == pass.Group.Generation())
        {
            if (clock.GetUtcNow() - pending.At < VerifyFor)
            {
                pass.Later(Verify);
                return false;
            }

            _pending.TryRemove(key, out _);
            pass.End("VerifyFailed", $"{string.Join(", ", wish.Put.Concat(wish.Remove).Select(broker => broker.Name))} took the change and does not show it.", Incomplete);
            pass.Failure = "A broker does not do what it was told.";
            return false;
        }

        var policy = pass.Group.Spec.AdoptionPolicy ?? cluster.Spec.Topics.AdoptionPolicy;
        if (!wasTrue && wish.Exists && (policy == AdoptionPolicy.Fail || (policy == AdoptionPolicy.AdoptIfEqual && wish.Put.Count > 0)))
        {
            pass.End("Refused", $"The group {pass.Group.GroupName} exists already and adoptionPolicy is {policy}; make the spec equal, or set Adopt.", Slow);
            return false;
        }

        pass.Group = await attach(pass.Group, cancellationToken);
        try
        {
            foreach (var broker in wish.Put)
            {
                await link.Admin.PutGroupAsync(broker.Broker.Master!, wish.Config, cancellationToken);
            }

            foreach (var broker in wish.Remove)
            {
                await link.Admin.DeleteGroupAsync(broker.Broker.Master!, pass.Group.GroupName, cancellationToken);
            }
        }
        finally
        {
            link.Wrote();
        }

        _pending[key] = new Written(link.Wrote(), clock.GetUtcNow(), pass.Group.Generation(), !wasTrue && wish.Exists);
        pass.Later(Verify);
        return false;
    }

    private async Task ShowAsync(
        Pass pass, RocketCluster cluster, ClusterLink link, ClusterView view, GroupWish wish, CancellationToken cancellationToken)
    {
        pass.Status.GroupsSynced = $"{wish.Wanted - wish.Put.Count - wish.Unreachable.Count}/{wish.Wanted}";
        if (_turns.IsDue(ResourceKey.Of(pass.Group), Figures, claims.CountOf(ResourceKey.Of(cluster))))
        {
            await GroupFigures.ReadAsync(pass.Group, pass.Status, pass.Conditions, link.Admin, view, clock.GetUtcNow(), cancellationToken);
        }

        if (wish.Unreachable.Count > 0)
        {
            pass.End("BrokerError", string.Join(' ', wish.Unreachable.Select(broker => broker.Fault)), Incomplete);
            return;
        }

        if (!pass.Group.Spec.Managed)
        {
            pass.Conditions.Set("Ready", wish.IsTrue, "Unmanaged", wish.IsTrue ? "The group is what the spec says." : "The group is not what the spec says, and is left so.");
            return;
        }

        pass.Status.Applied = JsonNode.Parse(KubernetesJson.Serialize(pass.Group.Spec))!.AsObject();
        pass.Conditions.Set("Ready", true, "Synced", "The group is as the spec says on every master.");
        if (OffsetReset.IsOpen(pass.Group))
        {
            var masters = view.Groups.Where(broker => broker.IsReachable).Select(broker => broker.Broker).ToList();
            pass.Status.OffsetReset = await reset.RunAsync(pass.Group, link.Admin, masters, cancellationToken);
        }

        if (pass.Status.OffsetReset is { State: { } state } done)
        {
            pass.Conditions.Set("OffsetReset", state is "Running" or "Pending" ? null : state is "Done" or "DryRun", state, done.Message ?? "");
        }
    }

    private sealed record Written(long Sequence, DateTimeOffset At, long? Generation, bool Adopts);

    private sealed class Pass
    {
        private readonly DateTimeOffset _now;

        public Pass(ConsumerGroup group, DateTimeOffset now)
        {
            Group = group;
            _now = now;
            Status = KubernetesJson.Deserialize<ConsumerGroupStatus>(KubernetesJson.Serialize(group.Status));
            Conditions = new ConditionSet(Status.Conditions, group.Generation(), now);
        }

        public ConsumerGroup Group { get; set; }

        public ConsumerGroupStatus Status { get; }

        public ConditionSet Conditions { get; }

        public TimeSpan? Requeue { get; set; }

        public string? Failure { get; set; }

        public bool IsSilent { get; private set; }

        public void Later(TimeSpan requeue)
        {
            IsSilent = true;
            Requeue = requeue;
        }

        public void End(string reason, string message, TimeSpan requeue)
        {
            Conditions.Set("Ready", false, reason, message);
            Requeue = requeue;
        }

        public ConsumerGroupStatus Finish()
        {
            Status.ObservedGeneration = Group.Generation();
            Status.GroupName = Group.GroupName;
            Status.LastSyncTime = _now.UtcDateTime;
            Status.Conditions = Conditions.ToList();
            return Status;
        }
    }
}
