using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Tests.Hostile;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Golden;

/// <summary>
/// Pulls and queries as the original's clients sent them, byte for byte, to a broker on the store that they were recorded with. That
/// store has grown since: where a queue is longer than it was, only what was returned then is compared. The recording in the ROCKETMQ
/// serialization is of another run, with the same topics but other messages.
/// </summary>
public sealed class RecordedReadTests
{
    [Theory]
    [InlineData("json")]
    [InlineData("rocketmq")]
    public async Task Recorded_pulls_are_answered_as_they_were(string serialization)
    {
        var compared = 0;
        foreach (var recording in Recording.Load(serialization, "PULL_MESSAGE").Where(recording => recording.Response is not null))
        {
            var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_500_000));
            await using var broker = await StartAsync(clock); // each its own: subscriptions only move forward
            var pull = recording.Request.ReadHeader<PullMessageRequestHeader>();
            var recorded = recording.Response!;
            await SubscribeAsync(broker, pull, recorded);
            using var connection = await RawConnection.OpenAsync(broker);
            await connection.SendAsync(recording.Frame);
            var reading = connection.ReadAsync();
            if (recorded.ResponseCode == ResponseCode.Success || !HasGrown(broker, pull, recorded))
            {
                var answer = await AnswerAsync(reading, clock);
                Same(recorded, answer, HasGrown(broker, pull, recorded), serialization == "json");
                compared++;
            }
        }

        Assert.True(compared >= 5, $"{compared} pulls of {serialization} were compared");
    }

    [Fact]
    public async Task Recorded_queries_find_what_they_found()
    {
        await using var broker = await StartAsync();
        foreach (var recording in Recording.Load("json", "QUERY_MESSAGE"))
        {
            using var connection = await RawConnection.OpenAsync(broker);
            var answer = await connection.AskAsync(recording.Frame);

            Assert.Equal((recording.Response!.ResponseCode, recording.Response.Remark), (answer.ResponseCode, answer.Remark));
            Assert.Equal(recording.Response.ExtFields!.Keys.Order(StringComparer.Ordinal), answer.ExtFields!.Keys.Order(StringComparer.Ordinal));
            Assert.Subset(Records(answer).ToHashSet(), Records(recording.Response).ToHashSet());
        }
    }

    [Fact]
    public async Task Recorded_views_return_the_same_bytes()
    {
        await using var broker = await StartAsync();
        foreach (var recording in Recording.Load("json", "VIEW_MESSAGE_BY_ID"))
        {
            using var connection = await RawConnection.OpenAsync(broker);
            var answer = await connection.AskAsync(recording.Frame);

            Assert.Equal((recording.Response!.ResponseCode, recording.Response.Remark), (answer.ResponseCode, answer.Remark));
            Assert.Equal(recording.Response.Body.ToArray(), answer.Body.ToArray());
        }
    }

    [Theory]
    [InlineData("QUERY_MESSAGE", ResponseCode.QueryNotFound)]
    [InlineData("VIEW_MESSAGE_BY_ID", ResponseCode.SystemError)]
    public async Task Recorded_requests_in_the_other_serialization_find_nothing_where_they_found_nothing(string name, ResponseCode code)
    {
        await using var broker = await StartAsync();
        foreach (var recording in Recording.Load("rocketmq", name).Where(recording => recording.Response!.ResponseCode == code))
        {
            using var connection = await RawConnection.OpenAsync(broker);
            var answer = await connection.AskAsync(recording.Frame);

            Assert.Equal((code, recording.Response!.Remark), (answer.ResponseCode, answer.Remark));
            Assert.Equal(SerializeType.RocketMq, answer.SerializeType);
        }
    }

    private static Task<TestBroker> StartAsync(TimeProvider? clock = null) =>
        TestBroker.StartAsync(options => options.TraceTopicEnable = true, clock, golden: true);

    /// <summary>The heartbeat that the recorded consumer had sent: older than the pull where the original said so, and without a tag that matches where nothing did.</summary>
    private static async Task SubscribeAsync(TestBroker broker, PullMessageRequestHeader pull, RemotingCommand recorded)
    {
        var version = pull.SubVersion - (recorded.ResponseCode == ResponseCode.SubscriptionNotLatest ? 1 : 0);
        var expression = recorded.ResponseCode == ResponseCode.PullRetryImmediately ? "NobodysTag" : "*";
        var client = broker.NewClient();
        var answer = await broker.AskAsync(client, Heartbeats.Of(new HeartbeatData
        {
            ClientID = "recorded",
            ConsumerDataSet =
            [
                new ConsumerData
                {
                    GroupName = pull.ConsumerGroup, SubscriptionDataSet = [TagExpression.Parse(pull.Topic, expression, version)],
                },
            ],
        }));
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
    }

    private static bool HasGrown(TestBroker broker, PullMessageRequestHeader pull, RemotingCommand recorded) =>
        recorded.ReadHeader<PullMessageResponseHeader>().MaxOffset is { } max
        && broker.Context.Store.MaxOffset(pull.Topic, pull.QueueId) != max;

    /// <summary>A pull that was held until its time was over is held here, too.</summary>
    private static async Task<RemotingCommand> AnswerAsync(Task<RemotingCommand> reading, FakeTimeProvider clock)
    {
        await TestBroker.EventuallyAsync(
            () =>
            {
                if (!reading.IsCompleted)
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                }

                return reading.IsCompleted;
            },
            "the pull is answered");
        return await reading;
    }

    private static void Same(RemotingCommand recorded, RemotingCommand answer, bool hasGrown, bool sameStore)
    {
        Assert.Equal((recorded.ResponseCode, recorded.Remark), (answer.ResponseCode, answer.Remark));
        if (!hasGrown && recorded.ExtFields is { Count: > 0 } fields)
        {
            Assert.Equal(fields.OrderBy(field => field.Key), answer.ExtFields!.OrderBy(field => field.Key));
        }

        if (sameStore)
        {
            Assert.Subset(Records(answer).ToHashSet(), Records(recorded).ToHashSet());
        }
    }

    /// <summary>The records of a body, each as its bytes.</summary>
    private static IEnumerable<string> Records(RemotingCommand answer)
    {
        var at = 0;
        foreach (var message in MessageDecoder.DecodeAll(answer.Body))
        {
            yield return Convert.ToHexString(answer.Body.Span.Slice(at, message.StoreSize));
            at += message.StoreSize;
        }
    }
}
