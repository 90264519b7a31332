using Rocketeer.Client.Groups;
using Rocketeer.Client.Routing;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Tests.Groups;

public sealed class BrokerRequestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_reaches_the_consumer_of_its_group()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var client = cluster.CreateClient();
        var consumer = new FakeConsumer("CG");
        client.Register(consumer);
        var broker = await ConnectAsync(cluster, client);

        var answer = await broker.InvokeAsync(
            RemotingCommand.Request(
                RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "CG", ClientId = client.ClientId }),
            Patience,
            default);
        await broker.SendOneWayAsync(
            RemotingCommand.Request(RequestCode.NotifyConsumerIdsChanged, new NotifyConsumerIdsChangedRequestHeader { ConsumerGroup = "CG" }), Patience, default);

        Assert.Equal("from CG", answer.Remark);
        await consumer.Notified.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(RequestCode.GetConsumerRunningInfo)]
    [InlineData(RequestCode.CheckTransactionState)]
    [InlineData(RequestCode.GetConsumerStatusFromClient)]
    public async Task A_request_for_nobody_is_answered_with_an_error(RequestCode code)
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var client = cluster.CreateClient();
        client.CreateProducer("PG");
        var broker = await ConnectAsync(cluster, client);

        var answer = await broker.InvokeAsync(RemotingCommand.Request(code, body: "rubbish"u8.ToArray()), Patience, default);

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
    }

    [Fact]
    public async Task With_a_consumer_slaves_get_heartbeats_too()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var slave = await FakeServer.StartAsync();
        cluster.NameServer.On(RequestCode.GetRouteInfoByTopic, _ => RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(new TopicRouteData
        {
            BrokerDatas = [new BrokerData { BrokerName = "a", Cluster = "C", BrokerAddrs = { [0] = cluster.Brokers["a"].Address, [1] = slave.Address } }],
            QueueDatas = [new QueueData { BrokerName = "a", Perm = 6, ReadQueueNums = 1, WriteQueueNums = 1 }],
        })));
        var client = cluster.CreateClient();
        await using var producer = client.CreateProducer("PG");
        await producer.SendAsync(new Message("T", new byte[1]));
        await client.Heartbeats.SendAsync(default);
        Assert.Empty(slave.Received(RequestCode.HeartBeat));

        client.Register(new FakeConsumer("CG"));
        await client.Heartbeats.SendAsync(default);

        Assert.NotEmpty(slave.Received(RequestCode.HeartBeat));
        Assert.Equal(MqVersion.V4_4_0, client.Heartbeats.VersionOf(slave.Address));
    }

    [Fact]
    public async Task What_is_known_of_an_address_goes_with_it()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        var client = cluster.CreateClient();
        await using var producer = client.CreateProducer("PG");
        await producer.SendAsync(new Message("T", new byte[1]));
        await client.Heartbeats.SendAsync(default);
        Assert.Equal(2, client.Heartbeats.KnownVersions);

        client.Brokers.KeepOnly(new HashSet<string> { "a" });
        await client.Heartbeats.SendAsync(default);

        Assert.Equal(1, client.Heartbeats.KnownVersions);
        Assert.Equal(MqVersion.V4_4_0, client.Heartbeats.VersionOf(cluster.Brokers["a"].Address));
    }

    [Fact]
    public async Task A_second_caller_of_DisposeAsync_waits_for_the_first_ones_end()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var client = cluster.CreateClient();
        var member = new FakeConsumer("CG") { Ends = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        client.Register(member);
        var first = client.DisposeAsync().AsTask();
        var second = client.DisposeAsync().AsTask();
        await member.Ending.Task.WaitAsync(Patience);
        Assert.False(second.IsCompleted);

        member.Ends.SetResult();

        await second.WaitAsync(Patience);
        Assert.True(first.IsCompletedSuccessfully);
    }

    private static async Task<RemotingConnection> ConnectAsync(FakeCluster cluster, RocketeerClient client)
    {
        await client.Routes.GetAsync("T", default);
        await client.Heartbeats.SendAsync(default);
        return cluster.Brokers["a"].Connections.First();
    }

    private sealed class FakeConsumer(string group) : IGroupMember
    {
        public TaskCompletionSource Notified { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Group => group;

        public GroupRole Role => GroupRole.Consumer;

        public IReadOnlyCollection<string> Topics => ["T"];

        public void Describe(HeartbeatData heartbeat) => heartbeat.ConsumerDataSet.Add(new ConsumerData { GroupName = group });

        public void RouteChanged(TopicRoute route)
        {
        }

        public ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
        {
            if (request.Code == (int)RequestCode.NotifyConsumerIdsChanged)
            {
                Notified.TrySetResult();
            }

            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success, $"from {group}"));
        }

        /// <summary>Its end waits for this, if there is one.</summary>
        public TaskCompletionSource? Ends { get; init; }

        public TaskCompletionSource Ending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask DisposeAsync()
        {
            Ending.TrySetResult();
            return new ValueTask(Ends?.Task ?? Task.CompletedTask);
        }
    }
}
