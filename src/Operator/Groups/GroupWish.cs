using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Groups;

/// <summary>What a ConsumerGroup wants of the masters, computed from what it says and what is.</summary>
/// <param name="Config">What each wanted master shall have.</param>
/// <param name="Put">Broker groups that differ.</param>
/// <param name="Remove">Broker groups that had it by this resource and shall not have it any more.</param>
/// <param name="Exists">Whether a wanted broker group knows the consumer group.</param>
/// <param name="Unreachable">Wanted broker groups that do not answer.</param>
/// <param name="Wanted">How many are wanted.</param>
internal sealed record GroupWish(
    SubscriptionGroupConfig Config, IReadOnlyList<GroupView> Put, IReadOnlyList<GroupView> Remove, bool Exists, IReadOnlyList<GroupView> Unreachable, int Wanted)
{
    /// <summary>True when the masters that answer are as wanted.</summary>
    public bool IsTrue => Put.Count == 0 && Remove.Count == 0;

    /// <summary>Computes it.</summary>
    public static GroupWish Compute(ConsumerGroup group, ClusterView view)
    {
        var spec = group.Spec;
        var config = new SubscriptionGroupConfig
        {
            GroupName = group.GroupName,
            ConsumeEnable = spec.Enabled,
            ConsumeFromMinEnable = spec.ConsumeFromMin,
            ConsumeBroadcastEnable = spec.Broadcast,
            RetryQueueNums = spec.RetryQueues,
            RetryMaxTimes = spec.MaxRetries,
            BrokerId = IdOf(spec.ReadFrom),
            WhichBrokerWhenConsumeSlowly = IdOf(spec.ReadFromWhenSlow),
            NotifyConsumerIdsChangedEnable = spec.NotifyMembershipChange,
        };
        var wanted = view.Groups.Where(broker => IsIn(spec.BrokerGroups, broker.Name)).ToList();
        var before = (group.Status.Applied?["brokerGroups"]?.AsArray() ?? []).Select(name => name!.ToString()).ToList();
        var surplus = group.Status.Applied is null
            ? []
            : view.Groups.Where(broker => !IsIn(spec.BrokerGroups, broker.Name) && IsIn(before, broker.Name) && broker.ConsumerGroups?.ContainsKey(group.GroupName) == true).ToList();
        return new GroupWish(
            config,
            [.. wanted.Where(broker => broker.IsReachable && broker.ConsumerGroups!.GetValueOrDefault(group.GroupName) != config)],
            surplus,
            wanted.Exists(broker => broker.ConsumerGroups?.ContainsKey(group.GroupName) == true),
            [.. wanted.Where(broker => !broker.IsReachable)],
            wanted.Count);
    }

    private static bool IsIn(ICollection<string> names, string name) => names.Count == 0 || names.Contains(name);

    private static long IdOf(ReadSource source) => source == ReadSource.Master ? 0 : 1;
}
