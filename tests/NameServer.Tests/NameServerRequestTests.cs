using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.NameServer.Tests;

/// <summary>Every request code through a socket.</summary>
public sealed class NameServerRequestTests : IAsyncLifetime
{
    private RunningNameServer _server = null!;
    private RawPeer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningNameServer.StartAsync();
        _peer = await _server.ConnectAsync();
    }

    [Fact]
    public async Task A_registered_broker_serves_routes_and_shows_in_its_cluster()
    {
        Success(await RegisterAsync(_peer, "T"));

        var route = Body<TopicRouteData>(await _peer.InvokeAsync(RequestCode.GetRouteInfoByTopic, new GetRouteInfoRequestHeader { Topic = "T" }));
        Assert.Equal(new QueueData { BrokerName = "a", Perm = 6, ReadQueueNums = 8, WriteQueueNums = 8 }, Assert.Single(route.QueueDatas));
        Assert.Equal("a:1", Assert.Single(route.BrokerDatas).BrokerAddrs[0]);
        Assert.Null(route.OrderTopicConf);

        var info = Body<ClusterInfo>(await _peer.InvokeAsync(RequestCode.GetBrokerClusterInfo));
        Assert.Equal(["a"], info.ClusterAddrTable["c"]);
        Assert.Equal("a:1", info.BrokerAddrTable["a"].BrokerAddrs[0]);
    }

    [Fact]
    public async Task A_slave_learns_its_master_and_the_order_table()
    {
        await RegisterAsync(_peer, "T");
        Success(await _peer.InvokeAsync(
            RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "ORDER_TOPIC_CONFIG", Key = "T", Value = "a:4" }));

        var answer = Success(await RegisterAsync(_peer, "T", brokerId: 1, address: "slave:1"));

        Assert.Equal(new RegisterBrokerResponseHeader { MasterAddr = "a:1", HaServerAddr = "ha:1" }, answer.ReadHeader<RegisterBrokerResponseHeader>());
        Assert.Equal("a:4", Body<KVTable>(answer).Table["T"]);
    }

    [Fact]
    public async Task An_order_configuration_goes_to_clients_when_it_is_switched_on()
    {
        await RegisterAsync(_peer, "T");
        await _peer.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "ORDER_TOPIC_CONFIG", Key = "T", Value = "a:4" });

        Success(await _peer.InvokeAsync(RequestCode.UpdateNamesrvConfig, body: "orderMessageEnable=true\n"u8.ToArray()));

        var route = Body<TopicRouteData>(await _peer.InvokeAsync(RequestCode.GetRouteInfoByTopic, new GetRouteInfoRequestHeader { Topic = "T" }));
        Assert.Equal("a:4", route.OrderTopicConf);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("")]
    public async Task An_unknown_topic_is_answered_17_with_its_name(string topic)
    {
        var answer = await _peer.InvokeAsync(RequestCode.GetRouteInfoByTopic, new GetRouteInfoRequestHeader { Topic = topic });

        Assert.Equal(ResponseCode.TopicNotExist, answer.ResponseCode);
        Assert.Contains($"'{topic}'", answer.Remark);
    }

    [Fact]
    public async Task A_goodbye_removes_the_broker()
    {
        await RegisterAsync(_peer, "T");

        var goodbye = new UnregisterBrokerRequestHeader { BrokerName = "a", BrokerAddr = "a:1", ClusterName = "c", BrokerId = 0 };
        Success(await _peer.InvokeAsync(RequestCode.UnregisterBroker, goodbye));

        Assert.Equal(ResponseCode.TopicNotExist, await RouteCodeAsync(_peer, "T"));
    }

    [Fact]
    public async Task A_version_query_says_whether_to_register()
    {
        var query = new QueryDataVersionRequestHeader { BrokerName = "a", BrokerAddr = "a:1", ClusterName = "c", BrokerId = 0 };
        var version = BodyJson.Serialize(new DataVersion { Counter = 3, Timestamp = 7 });

        var unknown = Success(await _peer.InvokeAsync(RequestCode.QueryDataVersion, query, version));
        Assert.True(unknown.ReadHeader<QueryDataVersionResponseHeader>().Changed);
        Assert.True(unknown.Body.IsEmpty);

        await RegisterAsync(_peer, "T");
        var known = Success(await _peer.InvokeAsync(RequestCode.QueryDataVersion, query, version));
        Assert.False(known.ReadHeader<QueryDataVersionResponseHeader>().Changed);
        Assert.Equal(new DataVersion { Counter = 3, Timestamp = 7 }, Body<DataVersion>(known));

        Assert.Equal(ResponseCode.SystemError, (await _peer.InvokeAsync(RequestCode.QueryDataVersion, query)).ResponseCode);
    }

    [Fact]
    public async Task Topics_are_listed_wiped_and_deleted()
    {
        await RegisterAsync(_peer, "T", systemFlag: 2);

        Assert.Equal(["T"], await TopicsAsync(RequestCode.GetAllTopicListFromNameserver));
        Assert.Equal(["T"], await TopicsAsync(RequestCode.GetTopicsByCluster, new GetTopicsByClusterRequestHeader { Cluster = "c" }));
        Assert.Empty(await TopicsAsync(RequestCode.GetTopicsByCluster, new GetTopicsByClusterRequestHeader { Cluster = "none" }));
        Assert.Equal(["c", "a"], await TopicsAsync(RequestCode.GetSystemTopicListFromNs));
        Assert.Empty(await TopicsAsync(RequestCode.GetUnitTopicList));
        Assert.Equal(["T"], await TopicsAsync(RequestCode.GetHasUnitSubTopicList));
        Assert.Equal(["T"], await TopicsAsync(RequestCode.GetHasUnitSubUnunitTopicList));
        Assert.Equal("a:1", Body<TopicList>(await _peer.InvokeAsync(RequestCode.GetSystemTopicListFromNs)).BrokerAddr);

        var wiped = Success(await _peer.InvokeAsync(RequestCode.WipeWritePermOfBroker, new WipeWritePermOfBrokerRequestHeader { BrokerName = "a" }));
        Assert.Equal(1, wiped.ReadHeader<WipeWritePermOfBrokerResponseHeader>().WipeTopicCount);

        Success(await _peer.InvokeAsync(RequestCode.DeleteTopicInNamesrv, new DeleteTopicRequestHeader { Topic = "T" }));
        Assert.Empty(await TopicsAsync(RequestCode.GetAllTopicListFromNameserver));
    }

    [Fact]
    public async Task Kv_values_are_put_read_listed_and_deleted()
    {
        var get = new GetKVConfigRequestHeader { Namespace = "n", Key = "k" };
        var list = new GetKVListByNamespaceRequestHeader { Namespace = "n" };
        Assert.Equal(ResponseCode.QueryNotFound, (await _peer.InvokeAsync(RequestCode.GetKvConfig, get)).ResponseCode);
        Assert.Equal(ResponseCode.QueryNotFound, (await _peer.InvokeAsync(RequestCode.GetKvlistByNamespace, list)).ResponseCode);

        Success(await _peer.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "n", Key = "k", Value = "v" }));
        Assert.Equal("v", Success(await _peer.InvokeAsync(RequestCode.GetKvConfig, get)).ReadHeader<GetKVConfigResponseHeader>().Value);
        Assert.Equal("v", Body<KVTable>(await _peer.InvokeAsync(RequestCode.GetKvlistByNamespace, list)).Table["k"]);
        Assert.Equal("""{"configTable":{"n":{"k":"v"}}}""", await File.ReadAllTextAsync(_server.Options.KvConfigPath));

        Success(await _peer.InvokeAsync(RequestCode.DeleteKvConfig, new DeleteKVConfigRequestHeader { Namespace = "n", Key = "k" }));
        Assert.Equal(ResponseCode.QueryNotFound, (await _peer.InvokeAsync(RequestCode.GetKvConfig, get)).ResponseCode);
        Assert.Empty(Body<KVTable>(await _peer.InvokeAsync(RequestCode.GetKvlistByNamespace, list)).Table);
    }

    [Fact]
    public async Task The_configuration_is_shown_changed_and_stored()
    {
        Success(await _peer.InvokeAsync(RequestCode.UpdateNamesrvConfig, body: "productEnvName=größe\nstrange=1\n"u8.ToArray()));

        var shown = Encoding.UTF8.GetString(Success(await _peer.InvokeAsync(RequestCode.GetNamesrvConfig)).Body.Span);
        Assert.Contains("productEnvName=größe\n", shown);
        Assert.Contains("serverWorkerThreads=8\n", shown);
        Assert.DoesNotContain("strange", shown);
        Assert.Equal(shown, await File.ReadAllTextAsync(_server.Options.ConfigStorePath));
    }

    [Theory]
    [InlineData("orderMessageEnable=maybe\nproductEnvName=x", "orderMessageEnable takes true or false")]
    [InlineData("productEnvName=x\nrubbish", "line 2: 'rubbish' has no value")]
    [InlineData("productEnvName=\\u00zz", "four hexadecimal digits")]
    public async Task A_bad_configuration_update_is_refused_as_a_whole(string update, string remark)
    {
        var answer = await _peer.InvokeAsync(RequestCode.UpdateNamesrvConfig, body: Encoding.UTF8.GetBytes(update));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.Contains(remark, answer.Remark);
        Assert.Equal("center", _server.Options.ProductEnvName);
    }

    [Fact]
    public async Task An_update_without_a_body_changes_nothing() => Success(await _peer.InvokeAsync(RequestCode.UpdateNamesrvConfig));

    [Fact]
    public async Task A_compressed_and_an_ancient_registration_are_understood()
    {
        Success(await RegisterAsync(_peer, "Compressed", compressed: true));
        Assert.Equal(ResponseCode.Success, await RouteCodeAsync(_peer, "Compressed"));

        var ancient = BodyJson.Serialize(new TopicConfigSerializeWrapper { DataVersion = new() { Counter = 9 }, TopicConfigTable = { ["Ancient"] = new() } });
        Success(await _peer.InvokeAsync(RequestCode.RegisterBroker, Header(), ancient, version: MqVersion.V3_0_11 - 1));
        Assert.Equal(ResponseCode.Success, await RouteCodeAsync(_peer, "Ancient"));
    }

    [Fact]
    public async Task A_registration_without_a_body_registers_the_broker() => Success(await _peer.InvokeAsync(RequestCode.RegisterBroker, Header()));

    [Fact]
    public async Task An_unknown_code_is_answered()
    {
        Assert.Equal(ResponseCode.RequestCodeNotSupported, (await _peer.InvokeAsync((RequestCode)9999)).ResponseCode);
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        await _server.DisposeAsync();
    }

    internal static RegisterBrokerRequestHeader Header(long brokerId = 0, string address = "a:1") => new()
    {
        BrokerName = "a",
        BrokerAddr = address,
        ClusterName = "c",
        HaServerAddr = "ha:1",
        BrokerId = brokerId,
    };

    internal static Task<RemotingCommand> RegisterAsync(
        RawPeer peer, string topic, long brokerId = 0, string address = "a:1", int systemFlag = 0, bool compressed = false)
    {
        var body = RegisterBrokerBodyCodec.Encode(
            new RegisterBrokerBody
            {
                TopicConfigSerializeWrapper = new()
                {
                    DataVersion = new() { Counter = 3, Timestamp = 7 },
                    TopicConfigTable = { [topic] = new() { TopicName = topic, ReadQueueNums = 8, WriteQueueNums = 8, TopicSysFlag = systemFlag } },
                },
            },
            compressed);
        var header = Header(brokerId, address) with { Compressed = compressed, BodyCrc32 = BodyChecksum.Of(body) };
        return peer.InvokeAsync(RequestCode.RegisterBroker, header, body);
    }

    internal static async Task<ResponseCode> RouteCodeAsync(RawPeer peer, string topic) =>
        (await peer.InvokeAsync(RequestCode.GetRouteInfoByTopic, new GetRouteInfoRequestHeader { Topic = topic })).ResponseCode;

    private static RemotingCommand Success(RemotingCommand answer)
    {
        Assert.True(answer.ResponseCode == ResponseCode.Success, $"{answer.ResponseCode}: {answer.Remark}");
        return answer;
    }

    private static T Body<T>(RemotingCommand answer) => BodyJson.Deserialize<T>(Success(answer).Body.Span);

    private async Task<List<string>> TopicsAsync(RequestCode code, ICommandHeader? header = null) =>
        Body<TopicList>(await _peer.InvokeAsync(code, header)).Topics;
}
