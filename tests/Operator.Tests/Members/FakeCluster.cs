using System.Collections.Concurrent;
using Rocketeer.Client;
using Rocketeer.Operator.Brokers;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Tests.Members;

/// <summary>Name servers and brokers in memory. What is counted are the calls that would go over the wire.</summary>
internal sealed class FakeCluster(params string[] groups) : IClusterAdmin
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    public Dictionary<string, FakeBroker> Brokers { get; } = groups.ToDictionary(name => name, name => new FakeBroker(name));

    public ConcurrentDictionary<string, string> Orders { get; } = new();

    /// <summary>Everything that was written, in order.</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    public int Calls(string what) => _calls.GetValueOrDefault(what);

    public TopicConfig? Topic(string group, string topic)
    {
        lock (_lock)
        {
            return Brokers[group].Topics.GetValueOrDefault(topic);
        }
    }

    /// <summary>Somebody else changes a broker.</summary>
    public void Change(string group, Action<FakeBroker> change)
    {
        lock (_lock)
        {
            change(Brokers[group]);
        }
    }

    public Task<IReadOnlyList<BrokerGroup>> GetBrokersAsync(string cluster, CancellationToken cancellationToken)
    {
        Count("brokers");
        return Task.FromResult<IReadOnlyList<BrokerGroup>>([.. Brokers.Values.OrderBy(broker => broker.Name).Select(broker => new BrokerGroup(broker.Name, broker.Name, []))]);
    }

    public Task<IReadOnlyDictionary<string, TopicConfig>> GetTopicsAsync(string broker, CancellationToken cancellationToken) =>
        Ask<IReadOnlyDictionary<string, TopicConfig>>("topics", broker, known => new Dictionary<string, TopicConfig>(known.Topics));

    public Task<IReadOnlyDictionary<string, SubscriptionGroupConfig>> GetGroupsAsync(string broker, CancellationToken cancellationToken) =>
        Ask<IReadOnlyDictionary<string, SubscriptionGroupConfig>>("groups", broker, known => new Dictionary<string, SubscriptionGroupConfig>(known.Groups));

    public Task PutTopicAsync(string broker, TopicConfig topic, CancellationToken cancellationToken) => Tell($"put {topic.TopicName}", broker, known =>
    {
        if (!known.IsForgetful)
        {
            known.Topics[topic.TopicName] = topic;
        }
    });

    public Task DeleteTopicAsync(string broker, string topic, CancellationToken cancellationToken) =>
        Tell($"delete {topic}", broker, known => known.Topics.Remove(topic));

    public Task DeleteTopicRouteAsync(string topic, CancellationToken cancellationToken)
    {
        Writes.Enqueue($"route {topic}");
        return Task.CompletedTask;
    }

    public Task PutGroupAsync(string broker, SubscriptionGroupConfig group, CancellationToken cancellationToken) =>
        Tell($"put {group.GroupName}", broker, known => known.Groups[group.GroupName] = group);

    public Task DeleteGroupAsync(string broker, string group, CancellationToken cancellationToken) =>
        Tell($"delete {group}", broker, known => known.Groups.Remove(group));

    public Task<IReadOnlyDictionary<int, TopicOffset>> GetOffsetsAsync(string broker, string topic, CancellationToken cancellationToken) =>
        Ask<IReadOnlyDictionary<int, TopicOffset>>("offsets", broker, known => known.Topics.ContainsKey(topic)
            ? new Dictionary<int, TopicOffset>(known.Offsets.GetValueOrDefault(topic) ?? [])
            : []);

    public Task<IReadOnlyList<string>> GetReadersAsync(string broker, string topic, CancellationToken cancellationToken) =>
        Ask<IReadOnlyList<string>>("readers", broker, known => [.. known.Committed.Keys.Where(key => key.Topic == topic).Select(key => key.Group).Distinct()]);

    public Task<IReadOnlyList<GroupProgress>> GetProgressAsync(string broker, string group, string? topic, CancellationToken cancellationToken) =>
        Ask<IReadOnlyList<GroupProgress>>("progress", broker, known => [.. known.Offsets
            .Where(pair => (topic is null || pair.Key == topic) && known.Committed.Keys.Any(key => key.Group == group && key.Topic == pair.Key))
            .SelectMany(pair => pair.Value.Select(queue => new GroupProgress(
                pair.Key, queue.Key, queue.Value.MaxOffset, known.Committed.GetValueOrDefault((group, pair.Key, queue.Key)), 0)))]);

    public Task<long> SearchOffsetAsync(string broker, string topic, int queue, DateTimeOffset time, CancellationToken cancellationToken) =>
        Ask("search", broker, known => known.Offsets[topic][queue].MinOffset);

    public Task SetOffsetAsync(string broker, string group, string topic, int queue, long offset, CancellationToken cancellationToken) =>
        Tell($"offset {group} {topic}/{queue}={offset}", broker, known => known.Committed[(group, topic, queue)] = offset);

    public Task NotifyResetAsync(string broker, string group, string topic, long timestamp, CancellationToken cancellationToken) =>
        Tell($"notify {group} {topic} {timestamp}", broker, _ => { });

    public Task<ConsumerConnection?> GetMembersAsync(string broker, string group, CancellationToken cancellationToken) =>
        Ask("members", broker, known => known.Members.GetValueOrDefault(group));

    public Task<IReadOnlyDictionary<string, string>> GetOrdersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(Orders));

    public Task PutOrderAsync(string topic, string? value, CancellationToken cancellationToken)
    {
        Writes.Enqueue($"order {topic}={value}");
        if (value is null)
        {
            Orders.TryRemove(topic, out _);
        }
        else
        {
            Orders[topic] = value;
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Count(string what) => _calls.AddOrUpdate(what, 1, (_, count) => count + 1);

    private Task<T> Ask<T>(string what, string broker, Func<FakeBroker, T> answer)
    {
        Count(what);
        lock (_lock)
        {
            return Brokers[broker].IsDown
                ? Task.FromException<T>(new BrokerUnreachableException($"No connection to {broker}."))
                : Task.FromResult(answer(Brokers[broker]));
        }
    }

    private Task Tell(string what, string broker, Action<FakeBroker> change)
    {
        Writes.Enqueue($"{broker}: {what}");
        return Ask("write", broker, known =>
        {
            change(known);
            return true;
        });
    }
}

/// <summary>One master in memory.</summary>
internal sealed class FakeBroker(string name)
{
    public string Name => name;

    public bool IsDown { get; set; }

    /// <summary>True: it says yes and does nothing.</summary>
    public bool IsForgetful { get; set; }

    public Dictionary<string, TopicConfig> Topics { get; } = [];

    public Dictionary<string, SubscriptionGroupConfig> Groups { get; } = [];

    public Dictionary<string, Dictionary<int, TopicOffset>> Offsets { get; } = [];

    public Dictionary<(string Group, string Topic, int Queue), long> Committed { get; } = [];

    public Dictionary<string, ConsumerConnection> Members { get; } = [];
}
