using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class AdminClientTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private AdminClient Admin => fixture.Admin;

    private string Broker => fixture.Cluster.BrokerAddress;

    [Fact]
    public async Task The_cluster_shows_its_broker()
    {
        var cluster = await Admin.GetClusterAsync();

        Assert.Equal(["broker-a"], cluster.ClusterAddrTable[InProcessCluster.ClusterName]);
        Assert.Equal(Broker, cluster.BrokerAddrTable["broker-a"].BrokerAddrs[0]);
        Assert.Equal([Broker], await Admin.GetMastersAsync(InProcessCluster.ClusterName));
        Assert.Empty(await Admin.GetMastersAsync("no-such-cluster"));
    }

    [Fact]
    public async Task A_topic_lives_from_creation_over_change_to_deletion()
    {
        var topic = ClusterFixture.NewName("topic");
        Assert.Equal(
            [Broker], await Admin.CreateTopicInClusterAsync(InProcessCluster.ClusterName, new TopicSettings { Topic = topic, ReadQueues = 3, WriteQueues = 2 }));
        await Eventually.HoldsAsync(async () => (await Admin.GetTopicsAsync()).Contains(topic), () => "the topic is not listed");
        var route = await Admin.GetRouteAsync(topic);
        Assert.Equal((3, 2), (route.SubscribeQueues.Length, route.PublishQueues.Length));

        await Admin.CreateTopicAsync(Broker, new TopicSettings { Topic = topic, ReadQueues = 6, WriteQueues = 6, Permission = Permissions.Read });
        await Eventually.HoldsAsync(async () => (await Admin.GetRouteAsync(topic)).SubscribeQueues.Length == 6, () => "the change does not show");
        Assert.Empty((await Admin.GetRouteAsync(topic)).PublishQueues);
        Assert.Equal(Permissions.Read, (await Admin.GetTopicConfigsAsync(Broker)).TopicConfigTable[topic].Perm);

        await Admin.DeleteTopicInClusterAsync(InProcessCluster.ClusterName, topic);
        await Eventually.HoldsAsync(async () => !(await Admin.GetTopicsAsync()).Contains(topic), () => "the topic is still listed");
        await Assert.ThrowsAsync<RouteNotFoundException>(() => Admin.GetRouteAsync(topic));
        Assert.False((await Admin.GetTopicConfigsAsync(Broker)).TopicConfigTable.ContainsKey(topic));
    }

    [Fact]
    public async Task A_deleted_topic_is_gone_for_senders_that_knew_it_and_begins_anew()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        await fixture.SendAsync(topic, ClusterFixture.Texts(3));
        await fixture.ReadStoredAsync(topic, 3);
        await Admin.DeleteTopicInClusterAsync(InProcessCluster.ClusterName, topic);

        await ClusterFixture.CreateTopicAsync(fixture.Cluster, Admin, topic, 1);
        var result = Assert.Single(await fixture.SendAsync(topic, ["new"]));

        Assert.Equal(0, result.QueueOffset);
    }

    [Fact]
    public async Task Topic_stats_have_first_and_next_offset_of_each_queue()
    {
        var topic = await fixture.NewTopicAsync(queues: 2);
        var sent = await fixture.SendAsync(topic, ClusterFixture.Texts(3), new MessageQueue(topic, "broker-a", 1));
        await fixture.ReadStoredAsync(topic, 3);

        var stats = (await Admin.GetTopicStatsAsync(topic)).OffsetTable;

        Assert.Equal((0L, 0L), (stats[new MessageQueue(topic, "broker-a", 0)].MinOffset, stats[new MessageQueue(topic, "broker-a", 0)].MaxOffset));
        var written = stats[sent[0].Queue];
        Assert.Equal((0L, 3L), (written.MinOffset, written.MaxOffset));
        Assert.True(written.LastUpdateTimestamp > 0);
    }

    [Fact]
    public async Task The_lag_of_a_group_falls_to_nothing_when_it_has_consumed_and_grows_while_it_is_away()
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        await using (var consumer = PushConsumerTests.CreateConsumer(fixture.Client, group, topic))
        {
            var inbox = new Inbox();
            await fixture.SendAsync(topic, ClusterFixture.Texts(20));
            await consumer.StartAsync(inbox.AcceptAsync);
            await inbox.HasExactlyAsync(ClusterFixture.Texts(20));
            await Eventually.HoldsAsync(async () => await Admin.GetLagAsync(group, topic) == 0, () => "the lag does not vanish");
            await Eventually.HoldsAsync(async () => (await Admin.GetGroupsOfTopicAsync(topic)).Contains(group), () => "the topic does not know its group");
        }

        await fixture.SendAsync(topic, ClusterFixture.Texts(7));
        await Eventually.HoldsAsync(async () => await Admin.GetLagAsync(group, topic) == 7, () => "the lag is not 7");
        var stats = await Admin.GetConsumeStatsAsync(group);
        Assert.Equal(20, stats.OffsetTable.Where(queue => queue.Key.Topic == topic).Sum(queue => queue.Value.ConsumerOffset));
    }

    [Fact]
    public async Task Messages_are_found_by_key_by_unique_id_and_by_place()
    {
        var topic = await fixture.NewTopicAsync();
        var key = ClusterFixture.NewName("order");
        var first = await fixture.Producer.SendAsync(new Message(topic, "1"u8.ToArray()) { Keys = [key, "both"] });
        await fixture.Producer.SendAsync(new Message(topic, "2"u8.ToArray()) { Keys = ["both"] });

        await Eventually.HoldsAsync(async () => (await Admin.QueryByKeyAsync(topic, "both")).Count == 2, () => "the index does not have both");
        Assert.Equal(["1", "2"], (await Admin.QueryByKeyAsync(topic, "both")).Select(Inbox.TextOf).Order());
        Assert.Equal("1", Inbox.TextOf(Assert.Single(await Admin.QueryByKeyAsync(topic, key))));
        Assert.Equal("1", Inbox.TextOf((await Admin.QueryByMessageIdAsync(topic, first.MessageId))!));
        Assert.Equal("1", Inbox.TextOf((await Admin.ViewMessageAsync(first.OffsetMessageId))!));
        Assert.Empty(await Admin.QueryByKeyAsync(topic, "never"));
        Assert.Null(await Admin.QueryByMessageIdAsync(topic, first.MessageId[..^4] + "ABCD"));
        await Assert.ThrowsAsync<ArgumentException>(() => Admin.ViewMessageAsync("nonsense"));
    }

    [Fact]
    public async Task The_connections_of_a_group_show_who_consumes_what()
    {
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        await using var client = fixture.Cluster.CreateClient();
        var consumer = client.CreatePushConsumer(group);
        consumer.Subscribe(topic, "A || B");
        await consumer.StartAsync(new Inbox().AcceptAsync);

        var retryTopic = TopicNames.RetryOf(group);
        await Eventually.HoldsAsync(async () => (await Admin.GetTopicsAsync()).Contains(retryTopic), () => "the group is unknown");
        await Eventually.HoldsAsync(async () => await Admin.FindConsumerConnectionsAsync(group) is not null, () => "nobody is online");
        var connections = await Admin.GetConsumerConnectionsAsync(Broker, group);

        Assert.Equal(client.ClientId, Assert.Single(connections.ConnectionSet).ClientId);
        Assert.Equal((MessageModel.Clustering, ConsumeType.Passively), (connections.MessageModel, connections.ConsumeType));
        Assert.Equal("A || B", connections.SubscriptionTable[topic].SubString);
        await consumer.DisposeAsync();
        await Eventually.HoldsAsync(async () => await Admin.FindConsumerConnectionsAsync(group) is null, () => "the group did not leave");
    }

    [Fact]
    public async Task Consumer_groups_are_created_listed_and_deleted()
    {
        var group = ClusterFixture.NewName("group");

        await Admin.CreateGroupInClusterAsync(InProcessCluster.ClusterName, new SubscriptionGroupConfig { GroupName = group, RetryMaxTimes = 3 });
        Assert.Equal(3, (await Admin.GetGroupConfigsAsync(Broker)).SubscriptionGroupTable[group].RetryMaxTimes);
        Assert.Contains(group, await Admin.GetGroupsAsync());

        await Admin.DeleteGroupAsync(Broker, group);
        Assert.DoesNotContain(group, await Admin.GetGroupsAsync());
    }

    [Fact]
    public async Task Broker_settings_are_read_and_changed_and_its_state_is_told()
    {
        Assert.Equal("broker-a", (await Admin.GetBrokerConfigAsync(Broker))["brokerName"]);

        await Admin.UpdateBrokerConfigAsync(Broker, new Dictionary<string, string> { ["longPollingEnable"] = "false" });
        Assert.Equal("false", (await Admin.GetBrokerConfigAsync(Broker))["longPollingEnable"]);
        await Admin.UpdateBrokerConfigAsync(Broker, new Dictionary<string, string> { ["longPollingEnable"] = "true" });

        Assert.Contains("putTps", (await Admin.GetBrokerRuntimeAsync(Broker)).Keys);
    }

    [Fact]
    public async Task Name_server_settings_and_key_values_are_read_and_changed()
    {
        Assert.Equal("127.0.0.1", (await Admin.GetNameServerConfigAsync())["bindAddress"]);
        await Admin.UpdateNameServerConfigAsync(new Dictionary<string, string> { ["orderMessageEnable"] = "true" });
        Assert.Equal("true", (await Admin.GetNameServerConfigAsync())["orderMessageEnable"]);

        await Admin.PutKvConfigAsync("space", "key", "Wert = ü");
        Assert.Equal("Wert = ü", await Admin.GetKvConfigAsync("space", "key"));
        Assert.Equal(["key"], (await Admin.GetKvConfigsAsync("space")).Keys);
        await Admin.DeleteKvConfigAsync("space", "key");
        Assert.Null(await Admin.GetKvConfigAsync("space", "key"));
    }

    [Fact]
    public async Task A_broker_without_write_permission_gets_no_more_messages_until_its_topics_are_reported_anew()
    {
        var topic = await fixture.NewTopicAsync();

        await Admin.WipeWritePermissionAsync("broker-a");

        Assert.Empty((await Admin.GetRouteAsync(topic)).PublishQueues);
        Assert.NotEmpty((await Admin.GetRouteAsync(topic)).SubscribeQueues);
        await Admin.CreateTopicAsync(Broker, new TopicSettings { Topic = topic });
        await Eventually.HoldsAsync(async () => !(await Admin.GetRouteAsync(topic)).PublishQueues.IsEmpty, () => "the broker's report changed nothing");
    }
}
