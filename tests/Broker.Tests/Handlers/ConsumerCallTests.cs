using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Tests.Handlers;

/// <summary>What administrators ask of consumers through a broker: consumers that are not there, too old, written in C++, or silent.</summary>
public sealed class ConsumerCallTests
{
    private static readonly ResetOffsetRequestHeader Reset = new() { Topic = "GoldenA", Group = "GID_A", Timestamp = 0, IsForce = true };

    [Fact]
    public async Task A_reset_for_an_administrator_in_cpp_is_told_as_a_list()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var told = new Told();
        await broker.AskAsync(
            broker.NewClient(new RequestDispatcher().Map(RequestCode.ResetConsumerClientOffset, told)), Heartbeats.Consumer("c1", "GID_A", "GoldenA"));
        var asked = RemotingCommand.Request(RequestCode.InvokeBrokerToResetOffset, Reset);

        var answer = await broker.AskAsync(
            broker.NewClient(), new RemotingCommand { Code = asked.Code, ExtFields = asked.ExtFields, Header = asked.Header, Language = LanguageCode.Cpp });

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        var body = await told.Body.Task.WaitAsync(TestBroker.Patience, TestContext.Current.CancellationToken);
        var offsets = BodyJson.Deserialize<ResetOffsetBodyForC>(body).OffsetTable;
        Assert.Equal([0, 1, 2, 3], offsets.Select(queue => queue.QueueId).Order());
        Assert.All(offsets, queue => Assert.Equal(("GoldenA", "broker-a", 0L), (queue.Topic, queue.BrokerName, queue.Offset)));
    }

    [Fact]
    public async Task A_reset_to_the_end_that_is_not_forced_moves_nobody_forward()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        broker.Context.Offsets.TryCommit("GID_A", "GoldenA", 0, 4);
        var told = new Told();
        await broker.AskAsync(
            broker.NewClient(new RequestDispatcher().Map(RequestCode.ResetConsumerClientOffset, told)), Heartbeats.Consumer("c1", "GID_A", "GoldenA"));

        var gentle = await broker.ReadAsync<ResetOffsetBody>(RequestCode.InvokeBrokerToResetOffset, Reset with { Timestamp = -1, IsForce = false });
        var forced = await broker.ReadAsync<ResetOffsetBody>(RequestCode.InvokeBrokerToResetOffset, Reset with { Timestamp = -1, IsForce = true });

        var queue = new MessageQueue("GoldenA", "broker-a", 0);
        Assert.Equal((4, 10), (gentle.OffsetTable[queue], forced.OffsetTable[queue]));
    }

    [Theory]
    [InlineData("NoSuchTopic", "GID_A", ResponseCode.SystemError, "the topic NoSuchTopic does not exist, so no offset was reset")]
    [InlineData("GoldenA", "NoSuchGroup", ResponseCode.SystemError, "THe consumer group <NoSuchGroup> not exist")]
    [InlineData(
        "GoldenA", "GID_A", ResponseCode.ConsumerNotOnline,
        "Consumer not online, so can not reset offset, Group: GID_A Topic: GoldenA Timestamp: 0")]
    public async Task A_reset_that_reaches_nobody_says_why(string topic, string group, ResponseCode code, string remark)
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        var answer = await broker.AskAsync(RequestCode.InvokeBrokerToResetOffset, Reset with { Topic = topic, Group = group });

        Assert.Equal((code, remark), (answer.ResponseCode, answer.Remark));
        Assert.Equal(10, broker.Context.Offsets.Find("GID_A", "GoldenA", 0));
    }

    [Fact]
    public async Task Clients_that_are_too_old_are_not_asked()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var heartbeat = Heartbeats.Consumer("old", "GID_A", "GoldenA");
        await broker.AskAsync(
            broker.NewClient(), new RemotingCommand { Code = heartbeat.Code, Body = heartbeat.Body, Version = MqVersion.V3_0_7_Snapshot - 1 });

        var reset = await broker.AskAsync(RequestCode.InvokeBrokerToResetOffset, Reset);
        var info = await broker.AskAsync(
            RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "GID_A", ClientId = "old" });

        Assert.Equal(
            (ResponseCode.SystemError, "the client old does not support this feature. version=27"), (reset.ResponseCode, reset.Remark));
        Assert.EndsWith("too low to finish, please upgrade it to V3_1_8_SNAPSHOT", info.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_is_not_online_is_named()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);

        var info = await broker.AskAsync(
            RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "GID_A", ClientId = "c9" });
        var status = await broker.AskAsync(
            RequestCode.InvokeBrokerToGetConsumerStatus, new GetConsumerStatusRequestHeader { Topic = "GoldenA", Group = "GID_A" });
        var consume = await broker.AskAsync(
            RequestCode.ConsumeMessageDirectly, new ConsumeMessageDirectlyRequestHeader { ConsumerGroup = "GID_A", ClientId = "c9", MsgId = "nonsense" });

        Assert.Equal((ResponseCode.SystemError, "The Consumer <GID_A> <c9> not online"), (info.ResponseCode, info.Remark));
        Assert.Equal((ResponseCode.SystemError, "the consumer group[GID_A] not online"), (status.ResponseCode, status.Remark));
        Assert.Equal("the msgId 'nonsense' is no offset message id of 32 hex digits", consume.Remark);
    }

    [Fact]
    public async Task The_status_of_consumers_is_collected_from_those_that_answer()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var offsets = new Dictionary<MessageQueue, long> { [new MessageQueue("GoldenA", "broker-a", 0)] = 7 };
        var good = new RequestDispatcher().Map(
            RequestCode.GetConsumerStatusFromClient,
            new Says(RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(new GetConsumerStatusBody { MessageQueueTable = offsets }))));
        var bad = new RequestDispatcher().Map(
            RequestCode.GetConsumerStatusFromClient, new Says(RemotingCommand.Response(ResponseCode.Success, body: "{"u8.ToArray())));
        await broker.AskAsync(broker.NewClient(good), Heartbeats.Consumer("good", "GID_A", "GoldenA"));
        await broker.AskAsync(broker.NewClient(bad), Heartbeats.Consumer("bad", "GID_A", "GoldenA"));

        var all = await broker.ReadAsync<GetConsumerStatusBody>(
            RequestCode.InvokeBrokerToGetConsumerStatus, new GetConsumerStatusRequestHeader { Topic = "GoldenA", Group = "GID_A" });
        var nobody = await broker.ReadAsync<GetConsumerStatusBody>(
            RequestCode.InvokeBrokerToGetConsumerStatus,
            new GetConsumerStatusRequestHeader { Topic = "GoldenA", Group = "GID_A", ClientAddr = "somebody else" });

        Assert.Equal(offsets, Assert.Single(all.ConsumerTable, pair => pair.Key == "good").Value);
        Assert.Single(all.ConsumerTable);
        Assert.Empty(nobody.ConsumerTable);
    }

    [Fact]
    public async Task Cloning_the_offsets_of_nobody_changes_nothing()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var before = broker.Context.Offsets.Count;

        var answer = await broker.AskAsync(RequestCode.CloneGroupOffset, new CloneGroupOffsetRequestHeader { SrcGroup = "Nobody", DestGroup = "Copy" });
        var illegal = await broker.AskAsync(
            RequestCode.CloneGroupOffset, new CloneGroupOffsetRequestHeader { SrcGroup = "GID_A", DestGroup = "no good", Offline = true });

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal(ResponseCode.SystemError, illegal.ResponseCode);
        Assert.Equal(before, broker.Context.Offsets.Count);
    }

    private sealed class Told : IRequestHandler
    {
        public TaskCompletionSource<byte[]> Body { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Handle(in CommandView request, Responder responder) => Body.TrySetResult(request.Body.ToArray());
    }

    private sealed class Says(RemotingCommand answer) : IRequestHandler
    {
        public void Handle(in CommandView request, Responder responder) => responder.Reply(answer);
    }
}
