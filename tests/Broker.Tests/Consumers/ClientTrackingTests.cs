using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Consumers;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Tests.Consumers;

/// <summary>Heartbeats, notifications and expiry, over real connections.</summary>
public sealed class ClientTrackingTests
{
    [Fact]
    public async Task A_heartbeat_registers_consumers_with_their_subscriptions()
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.AskAsync(broker.NewClient(), Heartbeats.Consumer("c1", "G", "T1", "T2"));

        var online = await broker.ReadAsync<ConsumerConnection>(
            RequestCode.GetConsumerConnectionList, new GetConsumerConnectionListRequestHeader { ConsumerGroup = "G" });
        Assert.Equal("c1", Assert.Single(online.ConnectionSet).ClientId);
        Assert.Equal(["T1", "T2"], online.SubscriptionTable.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, broker.Context.Topics.Find("%RETRY%G")!.WriteQueueNums);
        var ids = await broker.ReadAsync<ConsumerIdList>(
            RequestCode.GetConsumerListByGroup, new GetConsumerListByGroupRequestHeader { ConsumerGroup = "G" });
        Assert.Equal(["c1"], ids.ConsumerIds);
    }

    [Fact]
    public async Task A_heartbeat_registers_producers()
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.AskAsync(broker.NewClient(), Heartbeats.Producer("p1", "P"));

        var online = await broker.ReadAsync<ProducerConnection>(
            RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = "P" });
        Assert.Equal(LanguageCode.DotNet, Assert.Single(online.ConnectionSet).Language);
    }

    [Fact]
    public async Task Unknown_groups_are_answered_as_by_the_original()
    {
        await using var broker = await TestBroker.StartAsync();

        var consumers = await broker.AskAsync(
            RequestCode.GetConsumerConnectionList, new GetConsumerConnectionListRequestHeader { ConsumerGroup = "G" });
        var producers = await broker.AskAsync(
            RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = "G" });
        var list = await broker.AskAsync(
            RequestCode.GetConsumerListByGroup, new GetConsumerListByGroupRequestHeader { ConsumerGroup = "G" });

        Assert.Equal((ResponseCode.ConsumerNotOnline, "the consumer group[G] not online"), (consumers.ResponseCode, consumers.Remark));
        Assert.Equal((ResponseCode.SystemError, "the producer group[G] not exist"), (producers.ResponseCode, producers.Remark));
        Assert.Equal((ResponseCode.SystemError, "no consumer for this group, G"), (list.ResponseCode, list.Remark));
    }

    [Fact]
    public async Task The_others_are_told_when_a_client_joins_leaves_or_loses_its_connection()
    {
        await using var broker = await TestBroker.StartAsync();
        var notified = new Notified();
        await broker.AskAsync(broker.NewClient(notified.Dispatcher), Heartbeats.Consumer("c1", "G", "T"));
        Assert.Equal("G", await notified.NextAsync()); // itself, as in the original

        var second = broker.NewClient();
        await broker.AskAsync(second, Heartbeats.Consumer("c2", "G", "T"));
        Assert.Equal("G", await notified.NextAsync());

        await broker.AskAsync(second, RemotingCommand.Request(
            RequestCode.UnregisterClient, new UnregisterClientRequestHeader { ClientId = "c2", ConsumerGroup = "G" }));
        Assert.Equal("G", await notified.NextAsync());

        await broker.AskAsync(second, Heartbeats.Consumer("c2", "G", "T"));
        Assert.Equal("G", await notified.NextAsync());
        await second.DisposeAsync();
        Assert.Equal("G", await notified.NextAsync());
        Assert.Equal("c1", Assert.Single(broker.Context.Consumers.Find("G")!.Clients).ClientId);
    }

    [Fact]
    public async Task A_newer_version_of_a_subscription_replaces_it_without_a_notification()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.NewClient();
        await broker.AskAsync(client, Heartbeats.Consumer("c1", "G", "T"));
        var newer = new HeartbeatData
        {
            ClientID = "c1",
            ConsumerDataSet =
            [
                new ConsumerData { GroupName = "G", SubscriptionDataSet = [new SubscriptionData { Topic = "T", SubString = "A", SubVersion = 9 }] },
            ],
        };

        await broker.AskAsync(client, Heartbeats.Of(newer));
        await broker.AskAsync(client, Heartbeats.Consumer("c1", "G", "T")); // older again: ignored

        Assert.Equal("A", broker.Context.Consumers.Find("G")!.Subscription("T")!.SubString);
    }

    [Fact]
    public async Task A_topic_that_is_no_longer_subscribed_goes()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.NewClient();
        await broker.AskAsync(client, Heartbeats.Consumer("c1", "G", "T1", "T2"));

        await broker.AskAsync(client, Heartbeats.Consumer("c1", "G", "T2"));

        Assert.Equal(["T2"], broker.Context.Consumers.Find("G")!.Subscriptions.Keys);
    }

    [Fact]
    public async Task A_client_that_is_silent_for_two_minutes_is_removed_and_disconnected()
    {
        var clock = new FakeTimeProvider();
        await using var broker = await TestBroker.StartAsync(options => options.Network.ServerChannelMaxIdleTimeSeconds = 3600, clock);
        var client = broker.NewClient();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionClosed += _ => closed.TrySetResult();
        await broker.AskAsync(client, Heartbeats.Consumer("c1", "G", "T"));
        await broker.AskAsync(client, Heartbeats.Producer("c1", "P"));

        clock.Advance(TimeSpan.FromSeconds(120));
        Assert.NotNull(broker.Context.Consumers.Find("G"));
        clock.Advance(ClientHousekeeping.Period);

        await closed.Task.WaitAsync(TestBroker.Patience, TestContext.Current.CancellationToken);
        Assert.Null(broker.Context.Consumers.Find("G"));
        Assert.Empty(broker.Context.Producers.Clients("P"));
    }

    [Fact]
    public async Task A_heartbeat_keeps_a_client_alive()
    {
        var clock = new FakeTimeProvider();
        await using var broker = await TestBroker.StartAsync(options => options.Network.ServerChannelMaxIdleTimeSeconds = 3600, clock);
        var client = broker.NewClient();
        for (var i = 0; i < 4; i++)
        {
            await broker.AskAsync(client, Heartbeats.Consumer("c1", "G", "T"));
            clock.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.NotNull(broker.Context.Consumers.Find("G"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"clientID\":\"\"}")]
    [InlineData("{\"clientID\":\"c\",\"consumerDataSet\":[{\"groupName\":\"a b\"}]}")]
    [InlineData("{\"clientID\":\"c\",\"consumerDataSet\":[null]}")]
    [InlineData("{\"clientID\":\"c\",\"producerDataSet\":[null]}")]
    [InlineData("{\"clientID\":\"c\",\"consumerDataSet\":[{\"groupName\":\"g\",\"subscriptionDataSet\":[{}]}]}")]
    [InlineData("{\"clientID\":\"c\",\"consumerDataSet\":[{\"groupName\":\"g\",\"subscriptionDataSet\":[null]}]}")]
    public async Task A_heartbeat_that_makes_no_sense_is_refused_and_the_connection_lives_on(string body)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(RequestCode.HeartBeat, body: System.Text.Encoding.UTF8.GetBytes(body));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
        Assert.Equal(0, broker.Context.Consumers.Count);
        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.GetAllConsumerOffset)).ResponseCode);
    }

    [Fact]
    public async Task Too_many_groups_in_one_heartbeat_are_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        var heartbeat = new HeartbeatData
        {
            ClientID = "c", ProducerDataSet = [.. Enumerable.Range(0, 5000).Select(i => new ProducerData { GroupName = $"P{i}" })],
        };

        var answer = await broker.AskAsync(broker.NewClient(), Heartbeats.Of(heartbeat));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.Equal(0, broker.Context.Producers.Count);
    }

    [Fact]
    public async Task Locks_are_taken_and_given_back_over_the_wire()
    {
        await using var broker = await TestBroker.StartAsync();
        var queue = new Protocol.Messages.MessageQueue("T", "broker-a", 0);
        byte[] Of(string client) => BodyJson.Serialize(new LockBatchRequestBody { ClientId = client, ConsumerGroup = "G", MqSet = [queue] });

        Assert.Equal([queue], (await broker.ReadAsync<LockBatchResponseBody>(RequestCode.LockBatchMq, body: Of("a"))).LockOKMQSet);
        Assert.Empty((await broker.ReadAsync<LockBatchResponseBody>(RequestCode.LockBatchMq, body: Of("b"))).LockOKMQSet);
        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.UnlockBatchMq, body: Of("a"))).ResponseCode);
        Assert.Equal([queue], (await broker.ReadAsync<LockBatchResponseBody>(RequestCode.LockBatchMq, body: Of("b"))).LockOKMQSet);
    }

    /// <summary>Collects the notifications that a client gets.</summary>
    private sealed class Notified : IRequestHandler
    {
        private readonly Channel<string> _groups = Channel.CreateUnbounded<string>();

        public Notified() => Dispatcher = new RequestDispatcher().Map(RequestCode.NotifyConsumerIdsChanged, this);

        public RequestDispatcher Dispatcher { get; }

        public void Handle(in CommandView request, Responder responder) =>
            _groups.Writer.TryWrite(request.ReadHeader<NotifyConsumerIdsChangedRequestHeader>().ConsumerGroup);

        public async Task<string> NextAsync() =>
            await _groups.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TestBroker.Patience);
    }
}
