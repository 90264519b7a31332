using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Pulling;

/// <summary>Pulls as consumers make them.</summary>
internal static class Pulls
{
    public const string Topic = "TestTopic";
    public const string Group = "GID_Test";

    /// <summary>A pull that brings its subscription along and does not wait.</summary>
    public static PullMessageRequestHeader Header(
        long offset = 0, int queueId = 0, string topic = Topic, string subscription = "*", string group = Group) => new()
    {
        ConsumerGroup = group,
        Topic = topic,
        QueueId = queueId,
        QueueOffset = offset,
        MaxMsgNums = 32,
        SysFlag = PullSysFlags.Subscription,
        Subscription = subscription,
        ExpressionType = "TAG",
    };

    /// <summary>The same pull, to wait for messages.</summary>
    public static PullMessageRequestHeader Waiting(this PullMessageRequestHeader pull, int milliseconds = 15_000) =>
        pull with { SysFlag = pull.SysFlag | PullSysFlags.Suspend, SuspendTimeoutMillis = milliseconds };

    public static Task<RemotingCommand> PullAsync(this TestBroker broker, PullMessageRequestHeader header) =>
        broker.AskAsync(RequestCode.PullMessage, header);

    /// <summary>Pulls and says what came of it: code, remark and the offsets.</summary>
    public static async Task<(ResponseCode Code, string? Status, long Next, long Min, long Max)> OutcomeAsync(
        this TestBroker broker, PullMessageRequestHeader header)
    {
        var answer = await broker.PullAsync(header);
        var told = answer.ReadHeader<PullMessageResponseHeader>();
        return (answer.ResponseCode, answer.Remark, told.NextBeginOffset ?? -1, told.MinOffset ?? -1, told.MaxOffset ?? -1);
    }

    /// <summary>Begins a pull that waits; done when the broker holds it.</summary>
    public static async Task<Task<RemotingCommand>> HoldAsync(this TestBroker broker, PullMessageRequestHeader header)
    {
        var before = broker.Held();
        var answer = broker.PullAsync(header.Waiting());
        await TestBroker.EventuallyAsync(() => broker.Held() > before, "the pull is held");
        return answer;
    }

    public static int Held(this TestBroker broker) => broker.App.MessagePath!.HeldPulls;

    public static List<MessageExt> Messages(this RemotingCommand answer) => MessageDecoder.DecodeAll(answer.Body);

    /// <summary>Waits until so many messages of a queue can be pulled.</summary>
    public static Task VisibleAsync(this TestBroker broker, int count, string topic = Topic, int queueId = 0) =>
        TestBroker.EventuallyAsync(() => broker.Context.Store.MaxOffset(topic, queueId) >= count, $"{count} messages in {topic}:{queueId}");
}
