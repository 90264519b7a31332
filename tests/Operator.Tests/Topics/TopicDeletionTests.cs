using k8s.Models;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Tests.Members;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Tests.Topics;

/// <summary>What becomes of a topic, and of its resource, when the resource is deleted.</summary>
public sealed class TopicDeletionTests : IAsyncLifetime
{
    private readonly FakeCluster _brokers = new("demo-0", "demo-1");
    private OperatorBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OperatorBench.StartAsync(_brokers);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Retain_leaves_the_topic()
    {
        await ReadyAsync(DeletionPolicy.Retain);

        await _bench.DeleteAsync<Topic>("orders");
        await _bench.GoneAsync<Topic>("orders");

        Assert.Equal(Permissions.ReadWrite, _brokers.Topic("demo-0", "orders")!.Perm);
    }

    [Fact]
    public async Task Delete_removes_the_topic_its_order_its_route_and_what_groups_had_committed()
    {
        await ReadyAsync(DeletionPolicy.Delete, spec => spec.Order = true);
        Fill("demo-0", stored: 9, committed: 5);

        await _bench.DeleteAsync<Topic>("orders");
        await _bench.GoneAsync<Topic>("orders");

        Assert.Null(_brokers.Topic("demo-0", "orders"));
        Assert.Null(_brokers.Topic("demo-1", "orders"));
        Assert.Empty(_brokers.Orders);
        Assert.Contains("route orders", _brokers.Writes);
        Assert.Contains("demo-0: offset billing orders/0=0", _brokers.Writes);
    }

    [Fact]
    public async Task DeleteIfIdle_waits_until_everything_is_read_and_nothing_has_come_for_long_enough()
    {
        await ReadyAsync(DeletionPolicy.DeleteIfIdle, spec => (spec.IdleSeconds, spec.DeletionTimeoutSeconds) = (60, 0));
        Fill("demo-0", stored: 9, committed: 5);
        await _bench.DeleteAsync<Topic>("orders");

        var waiting = await _bench.TopicAsync("orders", "Deleting", "Backlog");
        Assert.StartsWith("4 messages", waiting.Status.Conditions!.First(condition => condition.Type == "Deleting").Message);
        Assert.Equal(Permissions.ReadWrite, _brokers.Topic("demo-0", "orders")!.Perm);

        Fill("demo-0", stored: 9, committed: 9);
        await _bench.TopicAsync("orders", "Deleting", "WaitingForIdle");
        await _bench.GoneAsync<Topic>("orders");
        Assert.Null(_brokers.Topic("demo-0", "orders"));
    }

    [Fact]
    public async Task DeleteIfIdle_keeps_the_topic_when_the_time_is_up()
    {
        await ReadyAsync(DeletionPolicy.DeleteIfIdle, spec => spec.DeletionTimeoutSeconds = 30);
        Fill("demo-0", stored: 9, committed: 5);

        await _bench.DeleteAsync<Topic>("orders");
        await _bench.GoneAsync<Topic>("orders");

        Assert.Equal(Permissions.ReadWrite, _brokers.Topic("demo-0", "orders")!.Perm);
    }

    [Fact]
    public async Task A_broker_that_stays_away_holds_the_resource_no_longer_than_the_timeout_and_loses_the_topic_when_it_is_back()
    {
        await ReadyAsync(DeletionPolicy.Delete, spec => spec.DeletionTimeoutSeconds = 20);
        await _bench.CreateTopicAsync("others");
        _brokers.Change("demo-1", broker => broker.IsDown = true);

        await _bench.DeleteAsync<Topic>("orders");
        await _bench.TopicAsync("orders", "Deleting", "BrokerUnreachable");
        Assert.Null(_brokers.Topic("demo-0", "orders"));
        await _bench.GoneAsync<Topic>("orders");
        Assert.Equal(["orders"], (await _bench.FindAsync<RocketCluster>("demo"))!.Status.PendingTopicDeletes!);

        _brokers.Change("demo-1", broker => broker.IsDown = false);
        await _bench.UntilAsync(() => _brokers.Topic("demo-1", "orders") is null, "the topic is still there");
        await _bench.UntilAsync(
            async () => (await _bench.FindAsync<RocketCluster>("demo"))!.Status.PendingTopicDeletes is not { Count: > 0 } ? "forgotten" : null,
            () => Task.FromResult("the name is still remembered"));
    }

    [Fact]
    public async Task A_Topic_whose_cluster_is_gone_is_let_go_at_once()
    {
        await ReadyAsync(DeletionPolicy.Delete);
        await _bench.DeleteAsync<RocketCluster>("demo");
        await _bench.TopicAsync("orders", "Ready", "ClusterNotFound");

        await _bench.DeleteAsync<Topic>("orders");
        await _bench.GoneAsync<Topic>("orders");

        Assert.NotNull(_brokers.Topic("demo-0", "orders"));
    }

    [Fact]
    public async Task A_namespace_that_is_deleted_is_never_held_up_whatever_the_policy_and_the_brokers()
    {
        await ReadyAsync(DeletionPolicy.DeleteIfIdle, spec => spec.DeletionTimeoutSeconds = 0);
        Fill("demo-0", stored: 9, committed: 5);
        await _bench.CreateTopicAsync("stuck", spec => (spec.DeletionPolicy, spec.DeletionTimeoutSeconds) = (DeletionPolicy.Delete, 0));
        await _bench.TopicAsync("stuck", "Ready", "Synced");
        _brokers.Change("demo-1", broker => broker.IsDown = true);
        await _bench.DeleteAsync<V1Namespace>("mq", "");

        await _bench.GoneAsync<Topic>("orders");
        await _bench.GoneAsync<Topic>("stuck");
        await _bench.UntilAsync(async () => await _bench.FindAsync<V1Namespace>("mq", "") is null ? "gone" : null, () => Task.FromResult("the namespace is still there"));
    }

    private async Task ReadyAsync(DeletionPolicy policy, Action<TopicSpec>? change = null)
    {
        await _bench.CreateTopicAsync("orders", spec =>
        {
            spec.DeletionPolicy = policy;
            change?.Invoke(spec);
        });
        await _bench.TopicAsync("orders", "Ready", "Synced");
    }

    private void Fill(string broker, long stored, long committed) => _brokers.Change(broker, known =>
    {
        known.Offsets["orders"] = new Dictionary<int, TopicOffset>
        {
            [0] = new() { MaxOffset = stored, LastUpdateTimestamp = _bench.Clock.GetUtcNow().ToUnixTimeMilliseconds() },
        };
        known.Committed[("billing", "orders", 0)] = committed;
    });
}
