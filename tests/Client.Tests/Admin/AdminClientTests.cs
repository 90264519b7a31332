using Rocketeer.Client.Admin;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Admin;

public sealed class AdminClientTests : IAsyncLifetime
{
    private FakeCluster _cluster = null!;
    private AdminClient _admin = null!;

    private FakeServer A => _cluster.Brokers["a"];

    private FakeServer B => _cluster.Brokers["b"];

    public async ValueTask InitializeAsync()
    {
        _cluster = await FakeCluster.StartAsync(2, "a", "b");
        _cluster.NameServer.On(RequestCode.GetBrokerClusterInfo, _ => RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(new ClusterInfo
        {
            BrokerAddrTable =
            {
                ["b"] = new BrokerData { BrokerName = "b", Cluster = "C", BrokerAddrs = { [0] = B.Address } },
                ["a"] = new BrokerData { BrokerName = "a", Cluster = "C", BrokerAddrs = { [0] = A.Address, [1] = "127.0.0.1:2" } },
                ["headless"] = new BrokerData { BrokerName = "headless", Cluster = "C", BrokerAddrs = { [1] = "127.0.0.1:3" } },
                ["other"] = new BrokerData { BrokerName = "other", Cluster = "D", BrokerAddrs = { [0] = "127.0.0.1:4" } },
            },
            ClusterAddrTable = { ["C"] = ["a", "b", "headless"], ["D"] = ["other"] },
        })));
        _admin = _cluster.CreateClient().Admin;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_topic_is_created_on_every_master_of_a_cluster()
    {
        var masters = await _admin.CreateTopicInClusterAsync("C", new TopicSettings { Topic = "orders", ReadQueues = 4, WriteQueues = 3 });

        Assert.Equal([A.Address, B.Address], masters);
        foreach (var broker in new[] { A, B })
        {
            var header = Assert.Single(broker.Received(RequestCode.UpdateAndCreateTopic)).ReadHeader<UpdateAndCreateTopicRequestHeader>();
            Assert.Equal(("orders", "TBW102", 4, 3, 6, "SINGLE_TAG"), (header.Topic, header.DefaultTopic, header.ReadQueueNums, header.WriteQueueNums, header.Perm, header.TopicFilterType));
        }
    }

    [Fact]
    public async Task A_cluster_without_masters_and_a_topic_with_an_illegal_name_are_refused()
    {
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => _admin.CreateTopicInClusterAsync("nowhere", new TopicSettings { Topic = "orders" }));
        await Assert.ThrowsAsync<ArgumentException>(() => _admin.CreateTopicAsync(A.Address, new TopicSettings { Topic = "or ders" }));
    }

    [Fact]
    public async Task A_topic_is_deleted_from_the_masters_and_then_from_the_name_servers()
    {
        await _admin.DeleteTopicInClusterAsync("C", "T");

        Assert.Equal("T", Assert.Single(A.Received(RequestCode.DeleteTopicInBroker)).ExtFields!["topic"]);
        Assert.Single(B.Received(RequestCode.DeleteTopicInBroker));
        Assert.Equal("T", Assert.Single(_cluster.NameServer.Received(RequestCode.DeleteTopicInNamesrv)).ExtFields!["topic"]);
    }

    [Fact]
    public async Task Lag_is_what_the_brokers_of_a_topic_say_together()
    {
        A.On(RequestCode.GetConsumeStats, _ => Stats("a", (10, 4), (5, 5)));
        B.On(RequestCode.GetConsumeStats, _ => Stats("b", (7, -1)));

        Assert.Equal(6 + 0 + 7, await _admin.GetLagAsync("CG", "T"));

        static RemotingCommand Stats(string broker, params (long Broker, long Consumer)[] queues)
        {
            var stats = new ConsumeStats();
            for (var id = 0; id < queues.Length; id++)
            {
                stats.OffsetTable[new MessageQueue("T", broker, id)] = new OffsetWrapper { BrokerOffset = queues[id].Broker, ConsumerOffset = queues[id].Consumer };
            }

            return RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(stats));
        }
    }

    [Fact]
    public async Task An_unknown_topic_has_no_route()
    {
        await Assert.ThrowsAsync<RouteNotFoundException>(() => _admin.GetRouteAsync("unknown"));
        await Assert.ThrowsAsync<RouteNotFoundException>(() => _admin.GetTopicStatsAsync("unknown"));
    }

    [Fact]
    public async Task Offsets_come_from_the_master_and_none_is_null()
    {
        A.On(RequestCode.GetMaxOffset, _ => RemotingCommand.Response(ResponseCode.Success, header: new OffsetResponseHeader { Offset = 42 }));
        A.OnEach(RequestCode.QueryConsumerOffset, ResponseCode.QueryNotFound);
        var queue = new MessageQueue("T", "a", 1);

        Assert.Equal(42, await _admin.GetMaxOffsetAsync(queue));
        Assert.Null(await _admin.GetConsumerOffsetAsync("CG", queue));
        await _admin.SetConsumerOffsetAsync("CG", queue, 7);

        Assert.Equal("7", Assert.Single(A.Received(RequestCode.UpdateConsumerOffset)).ExtFields!["commitOffset"]);
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => _admin.GetMinOffsetAsync(new MessageQueue("T", "gone", 0)));
    }

    [Fact]
    public async Task A_message_is_viewed_on_the_broker_that_its_id_names()
    {
        A.OnEach(RequestCode.ViewMessageById, ResponseCode.SystemError);
        Assert.True(HostAddress.TryParse(A.Address, out var host));

        Assert.Null(await _admin.ViewMessageAsync(new OffsetMessageId(host, 1024).ToString()));

        Assert.Equal("1024", Assert.Single(A.Received(RequestCode.ViewMessageById)).ExtFields!["offset"]);
        await Assert.ThrowsAsync<ArgumentException>(() => _admin.ViewMessageAsync("nonsense"));
    }

    [Fact]
    public async Task A_query_that_finds_nothing_anywhere_is_empty()
    {
        A.OnEach(RequestCode.QueryMessage, ResponseCode.QueryNotFound);
        B.OnEach(RequestCode.QueryMessage, ResponseCode.QueryNotFound);

        Assert.Empty(await _admin.QueryByKeyAsync("T", "key"));
        Assert.Null(await _admin.QueryByMessageIdAsync("T", "C00002020ECA5FFD2B276FB980A60000"));
        Assert.Equal(["false", "true"], A.Received(RequestCode.QueryMessage).Select(request => request.ExtFields!["_UNIQUE_KEY_QUERY"]));
    }

    [Fact]
    public async Task A_group_of_which_nobody_is_online_has_no_connections()
    {
        _cluster.AddTopic("%RETRY%CG", 1);
        A.OnEach(RequestCode.GetConsumerConnectionList, ResponseCode.ConsumerNotOnline);
        B.OnEach(RequestCode.GetConsumerConnectionList, ResponseCode.ConsumerNotOnline);

        Assert.Null(await _admin.FindConsumerConnectionsAsync("CG"));
    }

    [Fact]
    public async Task A_configuration_is_read_and_changed_as_properties()
    {
        A.On(RequestCode.GetBrokerConfig, _ => RemotingCommand.Response(ResponseCode.Success, body: "brokerName=a\nfilter=x=y\n\n"u8.ToArray()));

        var config = await _admin.GetBrokerConfigAsync(A.Address);
        await _admin.UpdateBrokerConfigAsync(A.Address, new Dictionary<string, string> { ["storePathRootDir"] = @"c:\store" });

        Assert.Equal(("a", "x=y"), (config["brokerName"], config["filter"]));
        Assert.Equal("storePathRootDir=c:\\\\store\n"u8.ToArray(), Assert.Single(A.Received(RequestCode.UpdateBrokerConfig)).Body.ToArray());
    }

    [Fact]
    public async Task Changes_of_the_kv_configuration_go_to_every_name_server()
    {
        await using var second = await FakeServer.StartAsync();
        var admin = _cluster.CreateClient(options => options.NameServers = $"{_cluster.NameServer.Address};{second.Address}").Admin;

        await admin.PutKvConfigAsync("ORDER_TOPIC_CONFIG", "T", "a:2");

        Assert.All(new[] { _cluster.NameServer, second }, server => Assert.Equal("a:2", Assert.Single(server.Received(RequestCode.PutKvConfig)).ExtFields!["value"]));
    }

    [Fact]
    public async Task A_refusal_names_the_broker_and_its_reason()
    {
        A.OnEach(RequestCode.GetBrokerRuntimeInfo, ResponseCode.NoPermission);

        var refusal = await Assert.ThrowsAsync<BrokerRejectedException>(() => _admin.GetBrokerRuntimeAsync(A.Address));

        Assert.Equal((ResponseCode.NoPermission, "scripted", A.Address), (refusal.ResponseCode, refusal.Remark, refusal.Address));
    }
}
