using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Topics;

/// <content>What a pass needs to know, and what it carries.</content>
internal sealed partial class TopicController
{
    private const double ResyncJitter = 0.1;

    private static async Task<TopicPlan> PlanAsync(
        Pass pass, RocketCluster cluster, IClusterAdmin admin, ClusterView view, CancellationToken cancellationToken)
    {
        var topic = pass.Topic;
        var touched = (topic.Status.Groups ?? []).Select(group => group.Name).ToHashSet();
        var observed = new List<ObservedTopic>();
        foreach (var group in view.Groups.Where(group => group.IsReachable))
        {
            if (!TopicPlan.IsWanted(topic.Spec, group.Name) && !touched.Contains(group.Name))
            {
                // Never ours: it is only there so that a name in the spec is known to exist.
                observed.Add(new ObservedTopic(group.Name, null));
                continue;
            }

            var config = group.Topics!.GetValueOrDefault(topic.TopicName);
            var unread = config is not null && WasReady(topic) && TopicWrites.NeedsUnread(topic.Spec, group.Name, config)
                ? await TopicWrites.UnreadAsync(admin, group.Broker.Master!, topic.TopicName, cancellationToken)
                : null;
            observed.Add(new ObservedTopic(group.Name, config, unread));
        }

        var policy = topic.Spec.AdoptionPolicy ?? cluster.Spec.Topics.AdoptionPolicy;
        return Compute(topic, policy, observed, view);
    }

    // A group that does not answer is neither told anything nor taken for empty.
    private static TopicPlan Compute(Topic topic, AdoptionPolicy policy, List<ObservedTopic> observed, ClusterView view)
    {
        var unreachable = view.Groups.Where(group => !group.IsReachable).Select(group => group.Name).ToHashSet();
        var wanted = unreachable.Where(name => TopicPlan.IsWanted(topic.Spec, name)).ToList();
        if (wanted.Count == 0)
        {
            return TopicPlan.Compute(topic.TopicName, topic.Spec, policy, WasReady(topic), observed);
        }

        var reachable = topic.Spec.BrokerGroups.Where(name => !unreachable.Contains(name)).ToList();
        var mustKnowAll = !WasReady(topic) && policy != AdoptionPolicy.Adopt;
        if (mustKnowAll || (topic.Spec.BrokerGroups.Count > 0 && reachable.Count == 0))
        {
            return new TopicPlan([], null, null, Adopts: false);
        }

        var spec = k8s.KubernetesJson.Deserialize<TopicSpec>(k8s.KubernetesJson.Serialize(topic.Spec));
        spec.BrokerGroups = reachable;
        return TopicPlan.Compute(topic.TopicName, spec, policy, WasReady(topic), observed);
    }

    /// <summary>The order configuration to write, empty to delete it, <see langword="null"/> when the name servers have it right.</summary>
    private static string? OrderToWrite(Pass pass, RocketCluster cluster, ClusterView view)
    {
        var live = view.Orders.GetValueOrDefault(pass.Topic.TopicName, "");
        if (!pass.Topic.Spec.Order)
        {
            return live.Length > 0 && WasReady(pass.Topic) ? "" : null;
        }

        // Groups that are away stay in it: that the number of queues does not change is what it is for.
        var groups = (cluster.Status.BrokerGroups ?? []).Select(group => group.Name).Union(view.Groups.Select(group => group.Name));
        var wanted = TopicPlan.OrderOf(pass.Topic.Spec, groups);
        return live == wanted ? null : wanted;
    }

    private static async Task LookAsync(Pass pass, ClusterLink link, ClusterView view, CancellationToken cancellationToken)
    {
        var plan = TopicPlan.Compute(
            pass.Topic.TopicName,
            pass.Topic.Spec,
            AdoptionPolicy.Adopt,
            wasReady: false,
            [.. view.Groups.Where(group => group.IsReachable).Select(group => new ObservedTopic(group.Name, group.Topics!.GetValueOrDefault(pass.Topic.TopicName)))]);
        var open = plan.Steps.Select(step => step.Group).Concat(view.Groups.Where(group => !group.IsReachable).Select(group => group.Name)).ToHashSet();
        pass.Report.Show(view, open);
        foreach (var group in view.Groups.Where(group => group.Topics?.ContainsKey(pass.Topic.TopicName) == true))
        {
            pass.Report.Show(group.Name, await link.Admin.GetOffsetsAsync(group.Broker.Master!, pass.Topic.TopicName, cancellationToken));
        }

        pass.Report.Conditions.Set(
            "Ready", open.Count == 0 && plan.IsDone, "Unmanaged", open.Count == 0 ? "The topic is what the spec says." : "The topic is not what the spec says, and is left so.");
    }

    private async Task StatisticsAsync(Pass pass, RocketCluster cluster, IClusterAdmin admin, ClusterView view, CancellationToken cancellationToken)
    {
        var clusterKey = ResourceKey.Of(cluster);
        if (!_turns.IsDue(ResourceKey.Of(pass.Topic), TimeSpan.FromSeconds(cluster.Spec.Topics.ResyncSeconds), claims.CountOf(clusterKey)))
        {
            return;
        }

        foreach (var group in view.Groups.Where(group => group.Topics?.ContainsKey(pass.Topic.TopicName) == true))
        {
            pass.Report.Show(group.Name, await admin.GetOffsetsAsync(group.Broker.Master!, pass.Topic.TopicName, cancellationToken));
        }
    }

    // All Topics come back when the shared read is due, spread a little: the first one reads, the others use it.
    private TimeSpan UntilNext(RocketCluster cluster, ClusterView view)
    {
        var resync = TimeSpan.FromSeconds(cluster.Spec.Topics.ResyncSeconds);
        var left = view.ReadAt + resync - clock.GetUtcNow();
        return (left > TimeSpan.Zero ? left : TimeSpan.Zero) + (resync * (ResyncJitter * Random.Shared.NextDouble()));
    }

    /// <summary>One pass over one Topic.</summary>
    private sealed class Pass(Topic topic, TopicReport report)
    {
        public Topic Topic { get; set; } = topic;

        public TopicReport Report => report;

        public TimeSpan? Requeue { get; set; }

        public string? Failure { get; set; }

        /// <summary>True when nothing is worth a write of the status yet.</summary>
        public bool IsSilent { get; private set; }

        public List<(string Reason, string Message, EventType Type)> Events { get; } = [];

        public void Tell(string reason, string message) => Events.Add((reason, message, EventType.Normal));

        public void Later(TimeSpan requeue)
        {
            IsSilent = true;
            Requeue = requeue;
        }

        /// <summary>Ends with a condition that is false; somebody is told when it became so.</summary>
        public void End(string condition, string reason, string message, TimeSpan requeue)
        {
            if (report.Conditions.Find(condition) is not { Status: "False" } before || before.Reason != reason)
            {
                Events.Add((reason, message, EventType.Warning));
            }

            report.Conditions.Set(condition, false, reason, message);
            Requeue = requeue;
        }
    }
}
