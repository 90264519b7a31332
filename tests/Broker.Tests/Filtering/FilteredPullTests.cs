using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Tests.Pulling;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Filtering;

public sealed class FilteredPullTests
{
    private const string RecordedExpression =
        "(TAGS is not null and TAGS in ('TagS0','TagS1')) and (a is not null and a between 0 and 6) or only5 = 'yes'";

    [Fact]
    public async Task A_pull_with_an_expression_of_its_own_gets_what_satisfies_it()
    {
        await using var broker = await WithNumbersAsync(10);

        var answer = await broker.PullAsync(Inline("n >= 3 AND n < 6"));

        Assert.Equal(["3", "4", "5"], answer.Messages().Select(message => message.Text()));
        Assert.Equal(10, answer.ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
        var none = await broker.PullAsync(Inline("n > 100"));
        Assert.Equal((ResponseCode.PullRetryImmediately, "NO_MATCHED_MESSAGE"), (none.ResponseCode, none.Remark));
        Assert.Equal(10, none.ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
    }

    [Fact]
    public async Task A_pull_of_a_group_gets_what_satisfies_the_expression_of_its_heartbeat()
    {
        await using var broker = await WithNumbersAsync(10);
        await HeartbeatAsync(broker, "n IN ('1', '7')", 5);

        var answer = await broker.PullAsync(OfGroup(5));

        Assert.Equal(["1", "7"], answer.Messages().Select(message => message.Text()));
    }

    [Fact]
    public async Task A_pull_of_a_group_whose_expression_is_wrong_or_old_is_told_so()
    {
        await using var broker = await WithNumbersAsync(1);
        await HeartbeatAsync(broker, "n >", 5);
        var wrong = await broker.PullAsync(OfGroup(5));
        Assert.Equal(
            (ResponseCode.FilterDataNotExist, "The broker's consumer filter data is not exist!Your expression may be wrong!"),
            (wrong.ResponseCode, wrong.Remark));

        await HeartbeatAsync(broker, "n > 1", 6);
        var old = await broker.PullAsync(OfGroup(7));
        Assert.Equal((ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest"), (old.ResponseCode, old.Remark));

        broker.Context.Filters.Find(Pulls.Topic, Pulls.Group)!.Version = 5;
        var behind = await broker.PullAsync(OfGroup(6));
        Assert.Equal((ResponseCode.FilterDataNotLatest, "the consumer's consumer filter data not latest"), (behind.ResponseCode, behind.Remark));

        broker.Context.Options.EnablePropertyFilter = false;
        broker.Context.Filters.Find(Pulls.Topic, Pulls.Group)!.Version = 6;
        var off = await broker.PullAsync(OfGroup(6));
        Assert.Equal(
            (ResponseCode.SystemError, "The broker does not support consumer to filter message by SQL92"), (off.ResponseCode, off.Remark));
    }

    [Fact]
    public async Task Only_messages_that_satisfy_the_expression_wake_a_held_pull()
    {
        await using var broker = await WithNumbersAsync(0, clock: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57)));
        var answer = await broker.HoldAsync(Inline("n = 3"));

        for (var i = 0; i < 3; i++)
        {
            Put(broker, i);
            await broker.VisibleAsync(i + 1);
        }

        Assert.Equal(1, broker.Held());
        Put(broker, 3);

        Assert.Equal("3", Assert.Single((await answer).Messages()).Text());
        Assert.Equal(4, (await answer).ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
    }

    [Fact]
    public async Task A_held_pull_whose_queue_moves_on_without_it_follows_after_five_seconds()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        await using var broker = await WithNumbersAsync(0, clock: clock);
        var answer = await broker.HoldAsync(Inline("n = 3"));
        Put(broker, 1);
        await broker.VisibleAsync(1);

        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(ResponseCode.PullRetryImmediately, (await answer).ResponseCode);
        Assert.Equal(1, (await answer).ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
    }

    [Fact]
    public async Task A_broker_that_stops_answers_filtered_pulls_that_wait()
    {
        await using var broker = await WithNumbersAsync(0, clock: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57)));
        var answer = await broker.HoldAsync(Inline("n = 3"));

        await broker.App.DisposeAsync();

        // It may have been on its way into the table still.
        Assert.True((await answer).ResponseCode is ResponseCode.PullNotFound or ResponseCode.SystemBusy);
    }

    [Fact]
    public async Task Bitmaps_spare_the_look_at_messages_that_do_not_match_and_change_no_result()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        await using var broker = await WithNumbersAsync(5, clock, options =>
        {
            options.Store.EnableConsumeQueueExt = true;
            options.Filter.EnableCalcFilterBitMap = true;
        });
        Assert.Equal(112, broker.Context.Options.Filter.BitMapLengthConsumeQueueExt);
        await HeartbeatAsync(broker, "n > 2", 5);
        Put(broker, 100); // in the same moment as the birth: undecided
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 5; i++)
        {
            Put(broker, i);
        }

        await broker.VisibleAsync(11);
        Assert.Equal(["3", "4", "100", "3", "4"], (await broker.PullAsync(OfGroup(5))).Messages().Select(message => message.Text()));

        // Another expression of the same group: bits of the old one say nothing about it.
        await HeartbeatAsync(broker, "n < 1", 6);
        Assert.Equal(["0", "0"], (await broker.PullAsync(OfGroup(6))).Messages().Select(message => message.Text()));
    }

    [Theory]
    [InlineData(false, "0,1,2")]
    [InlineData(true, "1,2")]
    public async Task Retries_are_filtered_by_the_expression_of_their_topic_if_the_broker_is_told_to(bool supported, string expected)
    {
        await using var broker = await WithNumbersAsync(0, adjust: options => options.Filter.FilterSupportRetry = supported);
        await HeartbeatAsync(broker, "n > 0", 5);
        var retryTopic = TopicNames.RetryOf(Pulls.Group);
        for (var i = 0; i < 2; i++)
        {
            broker.Put(retryTopic, 0, $"{i}", $"RETRY_TOPIC\u0001{Pulls.Topic}\u0002n\u0001{i}\u0002");
        }

        broker.Put(retryTopic, 0, "2", "RETRY_TOPIC\u0001SomeOtherTopic\u0002n\u00010\u0002");
        await broker.VisibleAsync(3, retryTopic);

        var answer = await broker.PullAsync(Pulls.Header(topic: retryTopic));

        Assert.Equal(expected, string.Join(',', answer.Messages().Select(message => message.Text())));
    }

    [Fact]
    public async Task A_group_that_is_gone_leaves_its_filter_dead()
    {
        await using var broker = await WithNumbersAsync(0);
        var client = await HeartbeatAsync(broker, "n > 0", 5);
        Assert.False(broker.Context.Filters.Find(Pulls.Topic, Pulls.Group)!.IsDead);

        await client.DisposeAsync();

        await TestBroker.EventuallyAsync(() => broker.Context.Filters.Find(Pulls.Topic, Pulls.Group)!.IsDead, "the filter is dead");
    }

    [Fact]
    public async Task Recorded_deliveries_to_a_group_with_an_expression_are_repeated()
    {
        await using var broker = await TestBroker.StartAsync(options => options.EnablePropertyFilter = true, golden: true);
        var received = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "filter", "received.jsonl"))
            .Select(line => JsonNode.Parse(line)!["msgId"]!.GetValue<string>())
            .ToHashSet();
        var loaded = broker.Context.Filters.Find("GoldenSql", "GID_Sql")!;
        Assert.Equal(RecordedExpression, loaded.Expression.Text);
        await HeartbeatAsync(broker, RecordedExpression, loaded.Version, "GID_Sql", "GoldenSql");

        var found = new List<string>();
        for (var queueId = 0; queueId < 2; queueId++)
        {
            var pull = Pulls.Header(queueId: queueId, topic: "GoldenSql", group: "GID_Sql") with { SysFlag = 0, Subscription = null, SubVersion = loaded.Version };
            found.AddRange((await broker.PullAsync(pull)).Messages().Select(message => message.Properties["UNIQ_KEY"]));
            var inline = Pulls.Header(queueId: queueId, topic: "GoldenSql", subscription: RecordedExpression) with { ExpressionType = "SQL92" };
            Assert.Equal((await broker.PullAsync(pull)).Body.ToArray(), (await broker.PullAsync(inline)).Body.ToArray());
        }

        Assert.Equal(received.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(broker.Context.Filters.Find("GoldenSql", "GID_Sql")!.BornTime, loaded.BornTime);
        Assert.False(loaded.IsDead);
    }

    [Theory]
    [InlineData(true, "SQL92", "n > 5", ResponseCode.Success, null)]
    [InlineData(true, "TAG", "n >", ResponseCode.Success, null)]
    [InlineData(true, null, "*", ResponseCode.Success, null)]
    [InlineData(false, "TAG", "*", ResponseCode.Success, null)]
    [InlineData(false, "SQL92", "n > 5", ResponseCode.SystemError, "The broker does not support consumer to filter message by SQL92")]
    [InlineData(true, "SQL92", "n > 'x'", ResponseCode.SubscriptionParseFailed,
        "the expression of topic TestTopic is wrong at character 5: only properties and numbers can be greater or less")]
    [InlineData(true, "XPATH", "n", ResponseCode.SubscriptionParseFailed, "expressions are of type TAG or SQL92, not XPATH")]
    public async Task A_check_says_whether_a_subscription_can_be_served(bool enabled, string? type, string expression, ResponseCode code, string? remark)
    {
        await using var broker = await WithNumbersAsync(0, adjust: options => options.EnablePropertyFilter = enabled);

        var answer = await broker.AskAsync(RequestCode.CheckClientConfig, body: BodyJson.Serialize(new CheckClientRequestBody
        {
            ClientId = "c",
            Group = Pulls.Group,
            SubscriptionData = new SubscriptionData { Topic = Pulls.Topic, SubString = expression, ExpressionType = type },
        }));

        Assert.Equal((code, remark), (answer.ResponseCode, answer.Remark));
    }

    private static async Task<TestBroker> WithNumbersAsync(
        int count, TimeProvider? clock = null, Action<Rocketeer.Broker.Configuration.BrokerOptions>? adjust = null)
    {
        var broker = await PullMessageTests.WithMessagesAsync(
            0,
            options =>
            {
                options.EnablePropertyFilter = true;
                adjust?.Invoke(options);
            },
            clock);
        for (var i = 0; i < count; i++)
        {
            Put(broker, i);
        }

        await broker.VisibleAsync(count);
        return broker;
    }

    private static void Put(TestBroker broker, int number) => broker.Put(Pulls.Topic, 0, $"{number}", $"KEYS\u0001k\u0002n\u0001{number}\u0002");

    private static PullMessageRequestHeader Inline(string expression) => Pulls.Header(subscription: expression) with { ExpressionType = "SQL92" };

    private static PullMessageRequestHeader OfGroup(long version) =>
        Pulls.Header() with { SysFlag = 0, Subscription = null, ExpressionType = "SQL92", SubVersion = version };

    private static async Task<Rocketeer.Remoting.Client.RemotingClient> HeartbeatAsync(
        TestBroker broker, string expression, long version, string group = Pulls.Group, string topic = Pulls.Topic)
    {
        var client = broker.NewClient();
        var answer = await broker.AskAsync(client, Heartbeats.Of(new HeartbeatData
        {
            ClientID = "c1",
            ConsumerDataSet =
            [
                new ConsumerData { GroupName = group, SubscriptionDataSet = [TagExpression.Parse(topic, expression, version, "SQL92")] },
            ],
        }));
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        return client;
    }
}
