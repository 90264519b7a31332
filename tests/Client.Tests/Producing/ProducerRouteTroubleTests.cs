using System.Text;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Client.Tests.Producing;

/// <summary>Name servers that lie or flap, and routes that lead nowhere: each send ends in a documented exception, or arrives.</summary>
public sealed class ProducerRouteTroubleTests
{
    private static readonly Message Message = new("T", new byte[10]);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("""{"queueDatas":17}""")]
    [InlineData("""{"brokerDatas":[{"brokerName":"a","brokerAddrs":{"x":"y"}}],"queueDatas":[]}""")]
    [InlineData("""{"brokerDatas":[null],"queueDatas":[]}""")]
    [InlineData("""{"brokerDatas":[],"queueDatas":[null]}""")]
    public async Task A_route_that_is_none_is_refused_as_malformed(string body)
    {
        await using var cluster = await LyingAsync(body);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<MalformedAnswerException>(() => producer.SendAsync(Message).WaitAsync(Patience));
        Assert.Equal(0, producer.InFlight);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"brokerDatas":[{"brokerName":"a","brokerAddrs":{"0":null}}],"queueDatas":[{"brokerName":"a","readQueueNums":4,"writeQueueNums":4,"perm":6}]}""")]
    [InlineData("""{"brokerDatas":null,"queueDatas":null}""")]
    [InlineData("""{"brokerDatas":[],"queueDatas":[{"brokerName":"a","readQueueNums":4,"writeQueueNums":4,"perm":6}]}""")]
    [InlineData("""{"brokerDatas":[{"brokerName":"a","brokerAddrs":{"1":"127.0.0.1:1"}}],"queueDatas":[{"brokerName":"a","readQueueNums":4,"writeQueueNums":4,"perm":6}]}""")]
    [InlineData("""{"brokerDatas":[{"brokerName":"a","brokerAddrs":{"0":"127.0.0.1:1"}}],"queueDatas":[{"brokerName":"a","readQueueNums":4,"writeQueueNums":-4,"perm":6}]}""")]
    [InlineData("""{"brokerDatas":[{"brokerName":"a","brokerAddrs":{"0":"127.0.0.1:1"}}],"queueDatas":[{"brokerName":"a","readQueueNums":4,"writeQueueNums":4,"perm":4}]}""")]
    public async Task A_route_with_nothing_to_write_to_is_no_route(string body)
    {
        await using var cluster = await LyingAsync(body);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var failure = await Assert.ThrowsAsync<RouteNotFoundException>(() => producer.SendAsync(Message).WaitAsync(Patience));

        Assert.Equal("T", failure.Topic);
        await Assert.ThrowsAsync<RouteNotFoundException>(() => producer.GetQueuesAsync("T"));
    }

    [Theory]
    [InlineData("nonsense", false)]
    [InlineData("nonsense", true)]
    [InlineData("127.0.0.1:99999", true)]
    [InlineData(":", true)]
    [InlineData("", true)]
    [InlineData("127.0.0.1:1", false)]
    public async Task An_address_that_leads_nowhere_ends_as_unreachable(string address, bool vip)
    {
        await using var cluster = await LyingAsync(
            $$$"""{"brokerDatas":[{"brokerName":"a","brokerAddrs":{"0":"{{{address}}}"}}],"queueDatas":[{"brokerName":"a","readQueueNums":4,"writeQueueNums":4,"perm":6}]}""");
        await using var producer = cluster.CreateClient(options => options.UseVipChannel = vip).CreateProducer("PG");

        await Assert.ThrowsAsync<BrokerUnreachableException>(() => producer.SendAsync(Message).WaitAsync(Patience));
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => producer.SendOneWayAsync(Message).WaitAsync(Patience));
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => producer.SendBatchAsync([Message, Message]).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_and_that_no_broker_creates_has_no_route()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<RouteNotFoundException>(() => producer.SendAsync(new Message("UNKNOWN", new byte[1])).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_topic_becomes_writable_for_the_next_send_when_its_route_does()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.AddTopic("T", 1, permission: 4);
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        await Assert.ThrowsAsync<RouteNotFoundException>(() => producer.SendAsync(Message).WaitAsync(Patience));

        cluster.AddTopic("T", 1);

        await producer.SendAsync(Message).WaitAsync(Patience);
    }

    [Fact]
    public async Task Name_servers_that_flap_do_not_disturb_sends_once_a_route_is_known()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        await producer.SendAsync(Message);
        cluster.NameServer.OnEach(
            RequestCode.GetRouteInfoByTopic,
            [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? ResponseCode.TopicNotExist : ResponseCode.SystemError)]);

        for (var poll = 0; poll < 10; poll++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(8)); // all of them less than the 90 s after which a topic counts as gone
            await producer.SendAsync(Message).WaitAsync(Patience);
        }

        Assert.Equal(11, cluster.Sends);
    }

    [Fact]
    public async Task A_broker_that_failed_is_avoided_by_later_sends_until_its_time_is_over()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "bad", "good");
        cluster.Brokers["bad"].OnEach(RequestCode.SendMessageV2, ResponseCode.SystemError);
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.AvoidFaultyBrokers = true);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("good", (await producer.SendAsync(Message)).Queue.BrokerName);
        }

        Assert.Equal(1, cluster.SendsTo("bad"));
        cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await producer.SendAsync(Message);
        await producer.SendAsync(Message);
        Assert.Equal(2, cluster.SendsTo("bad"));
    }

    [Fact]
    public async Task A_slow_broker_is_avoided_for_the_time_of_the_table()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "slow", "fast");
        cluster.Brokers["slow"].On(RequestCode.SendMessageV2, request =>
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(600)); // costs 30 s
            return FakeCluster.Stored(request);
        });
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.AvoidFaultyBrokers = true);

        for (var i = 0; i < 20; i++)
        {
            await producer.SendAsync(Message);
        }

        Assert.Equal(1, cluster.SendsTo("slow"));
        cluster.Clock.Advance(TimeSpan.FromSeconds(30));
        await producer.SendAsync(Message);
        await producer.SendAsync(Message);
        Assert.Equal(2, cluster.SendsTo("slow"));
    }

    private static async Task<FakeCluster> LyingAsync(string body)
    {
        var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.NameServer.On(
            RequestCode.GetRouteInfoByTopic, _ => RemotingCommand.Response(ResponseCode.Success, body: Encoding.UTF8.GetBytes(body)));
        return cluster;
    }
}
