using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Pulling;

/// <summary>The checks of a pull in their order, with the original's codes and remarks (reference: broker.md section 6.1).</summary>
public sealed class PullRefusalTests
{
    private const string Faq = "\nSee http://rocketmq.apache.org/docs/faq/ for further details.";

    [Fact]
    public async Task A_broker_without_read_permission_serves_no_pulls()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1, options => options.BrokerPermission = Permissions.Write);

        await RefusedAsync(broker, Pulls.Header(), ResponseCode.NoPermission, "the broker[127.0.0.1] pulling message is forbidden");
    }

    [Fact]
    public async Task An_unknown_group_is_refused_when_none_is_created_by_pulling()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1, options => options.AutoCreateSubscriptionGroup = false);

        await RefusedAsync(
            broker, Pulls.Header(), ResponseCode.SubscriptionGroupNotExist, $"subscription group [{Pulls.Group}] does not exist, {Faq}");
    }

    [Fact]
    public async Task A_group_that_may_not_consume_is_refused()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);
        Assert.Null(broker.Context.Groups.Update(new SubscriptionGroupConfig { GroupName = Pulls.Group, ConsumeEnable = false }));

        await RefusedAsync(broker, Pulls.Header(), ResponseCode.NoPermission, $"subscription group no permission, {Pulls.Group}");
    }

    [Fact]
    public async Task An_unknown_topic_is_refused_and_not_created()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);

        await RefusedAsync(
            broker, Pulls.Header(topic: "Nowhere"), ResponseCode.TopicNotExist, $"topic[Nowhere] not exist, apply first please! {Faq}");
        Assert.Null(broker.Context.Topics.Find("Nowhere"));
    }

    [Fact]
    public async Task A_topic_that_may_not_be_read_is_refused()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);
        Assert.Null(broker.Context.Topics.Update(new TopicConfig { TopicName = "WriteOnly", Perm = Permissions.Write }));

        await RefusedAsync(
            broker, Pulls.Header(topic: "WriteOnly"), ResponseCode.NoPermission, "the topic[WriteOnly] pulling message is forbidden");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public async Task A_queue_that_the_topic_does_not_have_is_refused(int queueId)
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);

        var answer = await broker.PullAsync(Pulls.Header(queueId: queueId));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.StartsWith(
            $"queueId[{queueId}] is illegal, topic:[TestTopic] topicConfig.readQueueNums:[4] consumer:[127.0.0.1:", answer.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("||")]
    [InlineData("||||")]
    public async Task A_subscription_that_names_no_tag_does_not_parse(string subscription)
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);

        var answer = await broker.PullAsync(Pulls.Header(subscription: subscription));

        Assert.Equal(ResponseCode.SubscriptionParseFailed, answer.ResponseCode);
        Assert.StartsWith("parse the consumer's subscription failed", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_without_subscription_needs_a_heartbeat_for_its_topic()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);
        var pull = Pulls.Header() with { SysFlag = 0, Subscription = null, SubVersion = 1 };

        await RefusedAsync(broker, pull, ResponseCode.SubscriptionNotExist, "the consumer's group info not exist" + Faq);
        var consumer = broker.NewClient();
        await broker.AskAsync(consumer, Heartbeats.Consumer("c1", Pulls.Group, "Other"));
        await RefusedAsync(broker, pull, ResponseCode.SubscriptionNotExist, "the consumer's subscription not exist" + Faq);
        await broker.AskAsync(consumer, Heartbeats.Consumer("c1", Pulls.Group, Pulls.Topic));
        await RefusedAsync(broker, pull with { SubVersion = 2 }, ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest");
        Assert.Equal(ResponseCode.Success, (await broker.PullAsync(pull)).ResponseCode);
    }

    [Fact]
    public async Task A_group_that_may_not_broadcast_is_refused()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1);
        Assert.Null(broker.Context.Groups.Update(new SubscriptionGroupConfig { GroupName = Pulls.Group, ConsumeBroadcastEnable = false }));
        await broker.AskAsync(broker.NewClient(), Heartbeats.Of(new HeartbeatData
        {
            ClientID = "c1",
            ConsumerDataSet =
            [
                new ConsumerData
                {
                    GroupName = Pulls.Group,
                    MessageModel = MessageModel.Broadcasting,
                    SubscriptionDataSet = [TagExpression.Parse(Pulls.Topic, "*", 1)],
                },
            ],
        }));

        await RefusedAsync(
            broker,
            Pulls.Header() with { SysFlag = 0, Subscription = null },
            ResponseCode.NoPermission,
            $"the consumer group[{Pulls.Group}] can not consume by broadcast way");
    }

    [Theory]
    [InlineData(false, "SQL92", "a > 1", ResponseCode.SystemError, "The broker does not support consumer to filter message by SQL92")]
    [InlineData(true, "SQL92", "", ResponseCode.SubscriptionParseFailed, "parse the consumer's subscription failed: the SQL92 expression is empty")]
    [InlineData(true, "SQL92", "a >", ResponseCode.SubscriptionParseFailed,
        "parse the consumer's subscription failed: at character 4: the expression ends where a property, a value or '(' is needed")]
    [InlineData(true, "XPATH", "a", ResponseCode.SubscriptionParseFailed,
        "parse the consumer's subscription failed: expressions are of type TAG or SQL92, not XPATH")]
    public async Task Expressions_that_cannot_be_served_are_refused(bool enabled, string type, string expression, ResponseCode code, string remark)
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(1, options => options.EnablePropertyFilter = enabled);

        await RefusedAsync(broker, Pulls.Header(subscription: expression) with { ExpressionType = type }, code, remark);
    }

    private static async Task RefusedAsync(TestBroker broker, PullMessageRequestHeader pull, ResponseCode code, string remark)
    {
        foreach (var request in new[] { pull, pull.Waiting() })
        {
            var answer = await broker.PullAsync(request);
            Assert.Equal((code, remark), (answer.ResponseCode, answer.Remark));
            Assert.True(answer.Body.IsEmpty);
        }
    }
}
