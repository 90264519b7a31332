using System.Text.Json.Nodes;
using k8s.Models;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Tests.Members;
using Rocketeer.Operator.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Tests.Topics;

/// <summary>Topics from the API to the brokers.</summary>
public sealed class TopicControllerTests : IAsyncLifetime
{
    private readonly FakeCluster _brokers = new("demo-0", "demo-1");
    private OperatorBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OperatorBench.StartAsync(_brokers);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_Topic_that_is_applied_is_true_on_every_master_and_says_so()
    {
        await _bench.CreateTopicAsync("orders", spec => spec.WriteQueues = 4);

        var topic = await _bench.TopicAsync("orders", "Ready", "Synced");

        Assert.Equal(4, _brokers.Topic("demo-0", "orders")!.WriteQueueNums);
        Assert.Equal(4, _brokers.Topic("demo-1", "orders")!.ReadQueueNums);
        Assert.Equal("2/2", topic.Status.GroupsSynced);
        Assert.Equal("orders", topic.Status.TopicName);
        Assert.Contains(TopicFinalizer.Identifier, topic.Metadata.Finalizers);
        Assert.Equal(2, _brokers.Writes.Count);
    }

    [Fact]
    public async Task A_change_from_outside_is_taken_back_within_a_resync_and_told()
    {
        await _bench.CreateTopicAsync("orders");
        await _bench.TopicAsync("orders", "Ready", "Synced");

        _brokers.Change("demo-1", broker => broker.Topics["orders"] = broker.Topics["orders"] with { Perm = Permissions.Read });

        await _bench.UntilAsync(() => _brokers.Topic("demo-1", "orders")!.Perm == Permissions.ReadWrite, "the change stays");
        await TellsAsync("orders", "Corrected");
    }

    [Fact]
    public async Task A_topic_that_a_broker_lost_is_made_again()
    {
        await _bench.CreateTopicAsync("orders");
        await _bench.TopicAsync("orders", "Ready", "Synced");

        _brokers.Change("demo-0", broker => broker.Topics.Clear());

        await _bench.UntilAsync(() => _brokers.Topic("demo-0", "orders") is not null, "the topic stays away");
    }

    [Fact]
    public async Task A_changed_spec_reaches_the_brokers()
    {
        await _bench.CreateTopicAsync("orders");
        await _bench.TopicAsync("orders", "Ready", "Synced");

        await PatchSpecAsync("orders", new JsonObject { ["writeQueues"] = 12 });

        await _bench.UntilAsync(() => _brokers.Topic("demo-1", "orders")!.ReadQueueNums == 12, "the spec does not reach the broker");
    }

    [Fact]
    public async Task Of_two_Topics_with_one_name_the_older_has_it_and_the_other_gets_it_when_that_goes()
    {
        await _bench.CreateTopicAsync("first", spec => (spec.TopicName, spec.DeletionPolicy) = ("orders", DeletionPolicy.Delete));
        await _bench.TopicAsync("first", "Ready", "Synced");
        await _bench.CreateTopicAsync("second", spec => (spec.TopicName, spec.WriteQueues) = ("orders", 3));

        var loser = await _bench.TopicAsync("second", "Ready", "NameConflict");
        Assert.Contains("mq/first", loser.Status.Conditions!.First(condition => condition.Type == "Ready").Message);
        Assert.Equal(8, _brokers.Topic("demo-0", "orders")!.WriteQueueNums);

        await _bench.DeleteAsync<Topic>("first");
        await _bench.TopicAsync("second", "Ready", "Synced");
        Assert.Equal(3, _brokers.Topic("demo-0", "orders")!.WriteQueueNums);
    }

    [Fact]
    public async Task A_loser_that_is_deleted_takes_nothing_with_it()
    {
        await _bench.CreateTopicAsync("first", spec => spec.TopicName = "orders");
        await _bench.TopicAsync("first", "Ready", "Synced");
        await _bench.PassTimeAsync(TimeSpan.FromSeconds(2));
        await _bench.CreateTopicAsync("second", spec => (spec.TopicName, spec.DeletionPolicy) = ("orders", DeletionPolicy.Delete));
        await _bench.TopicAsync("second", "Ready", "NameConflict");

        await _bench.DeleteAsync<Topic>("second");
        await _bench.GoneAsync<Topic>("second");

        Assert.NotNull(_brokers.Topic("demo-0", "orders"));
    }

    [Theory]
    [InlineData("Adopt", "Ready", "Synced", 8)]
    [InlineData("AdoptIfEqual", "Adopted", "Refused", 2)]
    [InlineData("Fail", "Adopted", "Refused", 2)]
    public async Task What_existed_is_taken_over_as_the_policy_says(string policy, string condition, string reason, int queues)
    {
        foreach (var name in new[] { "demo-0", "demo-1" })
        {
            _brokers.Change(name, broker => broker.Topics["orders"] = new TopicConfig { TopicName = "orders", ReadQueueNums = 2, WriteQueueNums = 2 });
        }

        await _bench.CreateTopicAsync("orders", spec => spec.AdoptionPolicy = Enum.Parse<AdoptionPolicy>(policy));

        var topic = await _bench.TopicAsync("orders", condition, reason);
        Assert.Equal(queues, _brokers.Topic("demo-0", "orders")!.WriteQueueNums);
        Assert.Equal(queues == 2, topic.Metadata.Finalizers is not { Count: > 0 });
        Assert.Equal(queues == 8, topic.Status.Adopted == true);
    }

    [Fact]
    public async Task An_operator_that_starts_again_does_not_take_its_own_topic_for_somebody_elses()
    {
        var topic = await _bench.CreateTopicAsync("orders", spec => spec.AdoptionPolicy = AdoptionPolicy.Fail);
        await _bench.TopicAsync("orders", "Ready", "Synced");
        await _bench.DisposeAsync();

        Assert.Equal(2, _brokers.Writes.Count);
        _bench = await OperatorBench.StartAsync(_brokers);
        topic.Metadata = new V1ObjectMeta { Name = "orders", NamespaceProperty = "mq", Finalizers = [TopicFinalizer.Identifier] };
        await _bench.Api.CreateAsync(topic, CancellationToken.None);

        await _bench.TopicAsync("orders", "Ready", "Synced");
        Assert.Equal(2, _brokers.Writes.Count);
    }

    [Fact]
    public async Task A_broker_that_says_yes_and_does_nothing_is_found_out()
    {
        _brokers.Change("demo-1", broker => broker.IsForgetful = true);
        await _bench.CreateTopicAsync("orders");

        var topic = await _bench.TopicAsync("orders", "Ready", "VerifyFailed");
        Assert.Contains("demo-1", topic.Status.Conditions!.First(condition => condition.Type == "Ready").Message);

        _brokers.Change("demo-1", broker => broker.IsForgetful = false);
        await _bench.TopicAsync("orders", "Ready", "Synced");
    }

    [Fact]
    public async Task A_broker_that_is_away_keeps_the_Topic_from_being_ready_and_gets_it_when_it_is_back()
    {
        _brokers.Change("demo-1", broker => broker.IsDown = true);
        await _bench.CreateTopicAsync("orders");

        await _bench.TopicAsync("orders", "Ready", "BrokerError");
        Assert.NotNull(_brokers.Topic("demo-0", "orders"));

        _brokers.Change("demo-1", broker => broker.IsDown = false);
        await _bench.TopicAsync("orders", "Ready", "Synced");
        Assert.NotNull(_brokers.Topic("demo-1", "orders"));
    }

    [Fact]
    public async Task A_Topic_without_its_cluster_says_so_and_comes_true_when_the_cluster_comes()
    {
        await _bench.CreateTopicAsync("orders", spec => spec.ClusterRef.Name = "later");
        await _bench.TopicAsync("orders", "Ready", "ClusterNotFound");

        await _bench.CreateClusterAsync("later");

        await _bench.TopicAsync("orders", "Ready", "Synced");
    }

    [Fact]
    public async Task A_namespace_that_the_cluster_does_not_allow_is_refused()
    {
        await _bench.CreateTopicAsync("orders", @namespace: "apps");

        await _bench.TopicAsync("orders", "Ready", "NamespaceNotAllowed", "apps");
        Assert.Empty(_brokers.Writes);
    }

    [Fact]
    public async Task Ordered_topics_are_known_to_the_name_servers()
    {
        await _bench.CreateTopicAsync("orders", spec => (spec.Order, spec.WriteQueues) = (true, 4));

        await _bench.TopicAsync("orders", "Ready", "Synced");
        Assert.Equal("demo-0:4;demo-1:4", _brokers.Orders["orders"]);

        await PatchSpecAsync("orders", new JsonObject { ["order"] = false });
        await _bench.UntilAsync(() => !_brokers.Orders.ContainsKey("orders"), "the name servers still know it");
    }

    [Fact]
    public async Task Unmanaged_means_that_nothing_is_touched_and_nothing_holds_the_resource()
    {
        await _bench.CreateTopicAsync("orders");
        await _bench.TopicAsync("orders", "Ready", "Synced");
        await PatchSpecAsync("orders", new JsonObject { ["managed"] = false, ["writeQueues"] = 3 });

        var topic = await _bench.TopicAsync("orders", "Managed", "Unmanaged");

        Assert.Empty(topic.Metadata.Finalizers ?? []);
        await _bench.DeleteAsync<Topic>("orders");
        await _bench.GoneAsync<Topic>("orders");
        Assert.Equal(8, _brokers.Topic("demo-0", "orders")!.WriteQueueNums);
    }

    [Fact]
    public async Task A_thousand_Topics_cost_a_bulk_read_per_master_and_resync()
    {
        for (var i = 0; i < 1000; i++)
        {
            await _bench.CreateTopicAsync($"t{i}");
        }

        await _bench.UntilAsync(
            async () => (await _bench.Api.ListAsync<Topic>("mq", null, CancellationToken.None)).Items.All(IsReady) ? "yes" : null,
            () => Task.FromResult("not all are ready"));
        var before = _brokers.Calls("topics");
        var written = _brokers.Writes.Count;
        for (var second = 0; second < 600; second++)
        {
            await _bench.PassTimeAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2000, written);
        Assert.Equal(written, _brokers.Writes.Count);
        Assert.InRange(_brokers.Calls("topics") - before, 2 * 2, 2 * 6); // 600 s, resync 120 s, two masters
    }

    private static bool IsReady(Topic topic) => topic.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private async Task TellsAsync(string name, string reason) => await _bench.UntilAsync(
        async () => (await _bench.Api.ListAsync<Corev1Event>("mq", null, CancellationToken.None)).Items
            .FirstOrDefault(item => item.InvolvedObject.Name == name && item.Reason == reason),
        () => Task.FromResult($"no event {reason}"));

    private Task PatchSpecAsync(string name, JsonObject spec) =>
        _bench.Api.PatchAsync<Topic>("mq", name, new JsonObject { ["spec"] = spec }, null, CancellationToken.None);
}
