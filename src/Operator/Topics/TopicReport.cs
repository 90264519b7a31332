using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Topics;

/// <summary>The status of a Topic while a pass makes it; written once, at the end.</summary>
internal sealed class TopicReport
{
    private readonly Topic _topic;
    private readonly DateTimeOffset _now;

    /// <summary>Begins with what the status says now.</summary>
    public TopicReport(Topic topic, DateTimeOffset now)
    {
        _topic = topic;
        _now = now;
        Status = KubernetesJson.Deserialize<TopicStatus>(KubernetesJson.Serialize(topic.Status));
        Conditions = new ConditionSet(Status.Conditions, topic.Generation(), now);
    }

    /// <summary>The status so far.</summary>
    public TopicStatus Status { get; }

    /// <summary>Its conditions.</summary>
    public ConditionSet Conditions { get; }

    /// <summary>The status at the end of the pass.</summary>
    public TopicStatus Finish()
    {
        Status.ObservedGeneration = _topic.Generation();
        Status.TopicName = _topic.TopicName;
        Status.LastSyncTime = _now.UtcDateTime;
        Status.Conditions = Conditions.ToList();
        return Status;
    }

    /// <summary>Says that it is not true, and why.</summary>
    public void NotReady(string reason, string message) => Conditions.Set("Ready", false, reason, message);

    /// <summary>Takes over what a bulk read showed.</summary>
    /// <param name="view">The read.</param>
    /// <param name="open">Broker groups where something is left to do.</param>
    public void Show(ClusterView view, IReadOnlySet<string> open)
    {
        var before = (Status.Groups ?? []).ToDictionary(group => group.Name);
        var groups = new List<TopicGroupStatus>();
        foreach (var group in view.Groups)
        {
            var config = group.Topics?.GetValueOrDefault(_topic.TopicName);
            var wanted = TopicPlan.IsWanted(_topic.Spec, group.Name);
            if (!wanted && (config is null || !before.ContainsKey(group.Name)))
            {
                continue;
            }

            var shown = before.GetValueOrDefault(group.Name) ?? new TopicGroupStatus { Name = group.Name };
            if (group.IsReachable)
            {
                shown.WriteQueues = config?.WriteQueueNums;
                shown.ReadQueues = config?.ReadQueueNums;
                shown.Perm = config?.Perm;
            }

            shown.Synced = wanted && config is not null && !open.Contains(group.Name);
            groups.Add(shown);
        }

        var expected = groups.Count(group => TopicPlan.IsWanted(_topic.Spec, group.Name));
        Status.Groups = groups;
        Status.GroupsSynced = $"{groups.Count(group => group.Synced == true)}/{expected}";
    }

    /// <summary>Takes over the offsets of one broker group.</summary>
    public void Show(string group, IReadOnlyDictionary<int, TopicOffset> offsets)
    {
        if (Status.Groups?.FirstOrDefault(shown => shown.Name == group) is { } status)
        {
            status.MinOffset = offsets.Values.Sum(queue => queue.MinOffset);
            status.MaxOffset = offsets.Values.Sum(queue => queue.MaxOffset);
            status.Stored = status.MaxOffset - status.MinOffset;
            Status.TotalStored = Status.Groups.Sum(shown => shown.Stored ?? 0);
        }
    }

    /// <summary>Remembers the spec that was made true.</summary>
    public void Applied() => Status.Applied = JsonNode.Parse(KubernetesJson.Serialize(_topic.Spec))!.AsObject();
}
