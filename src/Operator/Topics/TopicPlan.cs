using Rocketeer.Operator.Entities;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Topics;

/// <summary>One write that brings a topic nearer to what is wanted.</summary>
/// <param name="Group">The broker group.</param>
internal abstract record TopicStep(string Group);

/// <summary>The topic is created or changed on a master.</summary>
/// <param name="Group">The broker group.</param>
/// <param name="Config">What it shall be.</param>
internal sealed record PutTopic(string Group, TopicConfig Config) : TopicStep(Group);

/// <summary>The topic goes from a group that shall not have it any more and holds nothing unread.</summary>
/// <param name="Group">The broker group.</param>
internal sealed record RemoveTopic(string Group) : TopicStep(Group);

/// <summary>Why a Topic cannot be made true, or not yet.</summary>
/// <param name="Reason">Reason of the condition.</param>
/// <param name="Message">One sentence for people.</param>
internal sealed record TopicObstacle(string Reason, string Message);

/// <summary>
/// What is to be done for a Topic, computed from what is wanted and what is, and nothing else (operator reference, 4.7): the controller
/// carries it out and computes again.
/// </summary>
/// <param name="Steps">Writes, one per broker group at most.</param>
/// <param name="Refusal">Set: nothing may be written at all.</param>
/// <param name="Waiting">Set: something is left that time must bring.</param>
/// <param name="Adopts">True when the topic existed and is taken over.</param>
internal sealed record TopicPlan(IReadOnlyList<TopicStep> Steps, TopicObstacle? Refusal, TopicObstacle? Waiting, bool Adopts)
{
    /// <summary>True when the brokers are as wanted.</summary>
    public bool IsDone => Steps.Count == 0 && Refusal is null && Waiting is null;

    /// <summary>Computes the plan.</summary>
    /// <param name="name">Name of the topic.</param>
    /// <param name="spec">What is wanted.</param>
    /// <param name="adoption">The policy that counts.</param>
    /// <param name="wasReady">True once this resource has made the topic true.</param>
    /// <param name="observed">The topic on every broker group of the cluster.</param>
    public static TopicPlan Compute(
        string name, TopicSpec spec, AdoptionPolicy adoption, bool wasReady, IReadOnlyList<ObservedTopic> observed)
    {
        var missing = spec.BrokerGroups.Where(wanted => observed.All(group => group.Group != wanted)).ToList();
        if (missing.Count > 0)
        {
            return Refused("BrokerError", $"The cluster has no broker group called {string.Join(", ", missing)}; see spec.brokerGroups.");
        }

        var wantedGroups = observed.Where(group => IsWanted(spec, group.Group)).ToList();
        var exists = !wasReady && wantedGroups.Exists(group => group.Config is not null);
        if (exists && RefusalToAdopt(name, spec, adoption, wantedGroups) is { } refusal)
        {
            return refusal;
        }

        var steps = new List<TopicStep>();
        TopicObstacle? waiting = null;
        foreach (var group in wantedGroups)
        {
            var (config, obstacle) = Wanted(name, spec, group);
            waiting ??= obstacle;
            if (group.Config is null || !Same(group.Config, config))
            {
                steps.Add(new PutTopic(group.Group, config));
            }
        }

        if (wasReady)
        {
            foreach (var group in observed.Where(group => !IsWanted(spec, group.Group) && group.Config is not null))
            {
                waiting = Withdraw(group, steps) ?? waiting;
            }
        }

        return new TopicPlan(steps, null, waiting, exists);
    }

    /// <summary>True when the Topic is to be on a broker group.</summary>
    public static bool IsWanted(TopicSpec spec, string group) => spec.BrokerGroups.Count == 0 || spec.BrokerGroups.Contains(group);

    /// <summary>Value of the order configuration on the name servers: each group with its queues.</summary>
    public static string OrderOf(TopicSpec spec, IEnumerable<string> groups) =>
        string.Join(';', groups.Where(group => IsWanted(spec, group)).Order(StringComparer.Ordinal).Select(group => $"{group}:{spec.WriteQueues}"));

    /// <summary>True when a broker's configuration says what is wanted; its order flag is the name servers' affair.</summary>
    public static bool Same(TopicConfig left, TopicConfig right) => left with { Order = false } == right with { Order = false };

    // The surplus queues are read for as long as something is in them: writing ends first.
    private static (TopicConfig Config, TopicObstacle? Waiting) Wanted(string name, TopicSpec spec, ObservedTopic group)
    {
        var config = new TopicConfig
        {
            TopicName = name,
            WriteQueueNums = spec.WriteQueues,
            ReadQueueNums = Math.Max(spec.ReadQueues ?? spec.WriteQueues, spec.WriteQueues),
            Perm = PermOf(spec.Perm),
            TopicFilterType = spec.FilterType == TopicFilter.MultiTag ? TopicFilterType.MultiTag : TopicFilterType.SingleTag,
            TopicSysFlag = (spec.Unit ? 1 : 0) | (spec.UnitSubscription ? 2 : 0),
        };
        var surplus = group.Config is { } live && live.ReadQueueNums > config.ReadQueueNums ? live : null;
        if (surplus is null || spec.Shrink == ShrinkPolicy.Immediate)
        {
            return (config, null);
        }

        if (spec.Shrink == ShrinkPolicy.Never)
        {
            var writes = Math.Max(config.WriteQueueNums, surplus.WriteQueueNums);
            return (
                config with { ReadQueueNums = surplus.ReadQueueNums, WriteQueueNums = writes },
                new TopicObstacle("ShrinkRefused", $"{group.Group} has {surplus.ReadQueueNums} queues and shrink is Never; set shrink to Safe to go on."));
        }

        if (surplus.WriteQueueNums <= config.WriteQueueNums && group.IsReadOutFrom(config.ReadQueueNums))
        {
            return (config, null);
        }

        return (
            config with { ReadQueueNums = surplus.ReadQueueNums },
            new TopicObstacle("ShrinkWaiting", $"Queues from {config.ReadQueueNums} on of {group.Group} are no longer written and are removed once they are read out."));
    }

    private static TopicObstacle? Withdraw(ObservedTopic group, List<TopicStep> steps)
    {
        if (group.Config!.Perm != Permissions.Read)
        {
            steps.Add(new PutTopic(group.Group, group.Config with { Perm = Permissions.Read }));
        }
        else if (group.IsReadOutFrom(0))
        {
            steps.Add(new RemoveTopic(group.Group));
            return null;
        }

        return new TopicObstacle("ShrinkWaiting", $"{group.Group} takes no more messages for the topic and loses it once they are read.");
    }

    private static TopicPlan? RefusalToAdopt(string name, TopicSpec spec, AdoptionPolicy adoption, List<ObservedTopic> groups)
    {
        if (adoption == AdoptionPolicy.Fail)
        {
            return Refused("Refused", $"The topic {name} exists already and adoptionPolicy is Fail; delete it, or set Adopt.");
        }

        var different = groups.Find(group => group.Config is { } live && !Same(live, Wanted(name, spec, group).Config));
        return adoption == AdoptionPolicy.AdoptIfEqual && different is not null
            ? Refused("Refused", $"The topic {name} exists already and differs on {different.Group}, and adoptionPolicy is AdoptIfEqual; make the spec equal, or set Adopt.")
            : null;
    }

    private static TopicPlan Refused(string reason, string message) => new([], new TopicObstacle(reason, message), null, false);

    private static int PermOf(TopicPermission permission) => permission switch
    {
        TopicPermission.ReadOnly => Permissions.Read,
        TopicPermission.WriteOnly => Permissions.Write,
        TopicPermission.None => 0,
        _ => Permissions.ReadWrite,
    };
}
