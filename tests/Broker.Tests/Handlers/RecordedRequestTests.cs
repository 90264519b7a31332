using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Broker.Tests.Handlers;

/// <summary>
/// Requests as clients and tools of the original sent them, byte for byte, to a broker on the store that they were recorded with. The
/// answers mean what the original's meant, as far as the state at the end of the recording allows.
/// </summary>
public sealed class RecordedRequestTests
{
    /// <summary>Answers that must have the recorded code.</summary>
    [Theory]
    [InlineData("QUERY_CONSUMER_OFFSET")]
    [InlineData("UPDATE_CONSUMER_OFFSET")]
    [InlineData("UPDATE_AND_CREATE_TOPIC")]
    [InlineData("GET_ALL_TOPIC_CONFIG")]
    [InlineData("UPDATE_BROKER_CONFIG")]
    [InlineData("GET_BROKER_RUNTIME_INFO")]
    [InlineData("SEARCH_OFFSET_BY_TIMESTAMP")]
    [InlineData("GET_MAX_OFFSET")]
    [InlineData("GET_MIN_OFFSET")]
    [InlineData("GET_EARLIEST_MSG_STORETIME")]
    [InlineData("HEART_BEAT")]
    [InlineData("UNREGISTER_CLIENT")]
    [InlineData("LOCK_BATCH_MQ")]
    [InlineData("UNLOCK_BATCH_MQ")]
    [InlineData("GET_ALL_CONSUMER_OFFSET")]
    [InlineData("GET_ALL_DELAY_OFFSET")]
    [InlineData("UPDATE_AND_CREATE_SUBSCRIPTIONGROUP")]
    [InlineData("GET_ALL_SUBSCRIPTIONGROUP_CONFIG")]
    [InlineData("GET_TOPIC_STATS_INFO")]
    [InlineData("DELETE_SUBSCRIPTIONGROUP")]
    [InlineData("GET_CONSUME_STATS")]
    [InlineData("DELETE_TOPIC_IN_BROKER")]
    [InlineData("QUERY_TOPIC_CONSUME_BY_WHO")]
    [InlineData("QUERY_CONSUME_TIME_SPAN")]
    [InlineData("CLEAN_EXPIRED_CONSUMEQUEUE")]
    [InlineData("CLONE_GROUP_OFFSET")]
    [InlineData("CLEAN_UNUSED_TOPIC")]
    [InlineData("GET_BROKER_CONSUME_STATS")]
    [InlineData("QUERY_CONSUME_QUEUE")]
    public async Task Recorded_requests_have_the_recorded_outcome(string name)
    {
        await using var broker = await StartAsync();
        foreach (var exchange in Exchange.Load(name))
        {
            var answer = await exchange.ReplayAsync(broker.App.EndPoint.Port);
            Assert.Equal(exchange.ResponseCode, answer?.Code);
        }

        // The same on the second port, in the other serialization: what one port serves, both serve.
        foreach (var exchange in Exchange.Load(name, "rocketmq"))
        {
            var answer = await exchange.ReplayAsync(broker.App.VipEndPoint.Port);
            Assert.Equal(exchange.ResponseCode, answer?.Code);
        }
    }

    /// <summary>Questions about clients that are not online here, counters that start at zero, and filters that are not evaluated.</summary>
    [Theory]
    [InlineData("CHECK_CLIENT_CONFIG", ResponseCode.SystemError)]
    [InlineData("GET_CONSUMER_LIST_BY_GROUP", ResponseCode.SystemError)]
    [InlineData("GET_CONSUMER_CONNECTION_LIST", ResponseCode.ConsumerNotOnline)]
    [InlineData("GET_PRODUCER_CONNECTION_LIST", ResponseCode.SystemError)]
    [InlineData("GET_CONSUMER_RUNNING_INFO", ResponseCode.SystemError)]
    [InlineData("CONSUME_MESSAGE_DIRECTLY", ResponseCode.SystemError)]
    [InlineData("INVOKE_BROKER_TO_RESET_OFFSET", ResponseCode.ConsumerNotOnline)]
    [InlineData("INVOKE_BROKER_TO_GET_CONSUMER_STATUS", ResponseCode.SystemError)]
    [InlineData("VIEW_BROKER_STATS_DATA", ResponseCode.SystemError)]
    public async Task Questions_that_the_state_does_not_answer_get_a_code_and_a_remark(string name, ResponseCode code)
    {
        await using var broker = await StartAsync();
        foreach (var exchange in Exchange.Load(name))
        {
            var answer = await exchange.ReplayAsync(broker.App.EndPoint.Port);
            Assert.Equal(code, answer!.ResponseCode);
            Assert.False(string.IsNullOrEmpty(answer.Remark));
        }
    }

    [Theory]
    [InlineData("GET_MAX_OFFSET")]
    [InlineData("GET_MIN_OFFSET")]
    [InlineData("SEARCH_OFFSET_BY_TIMESTAMP")]
    public async Task Recorded_offsets_are_found_again(string name)
    {
        await using var broker = await StartAsync();
        foreach (var exchange in Exchange.Load(name))
        {
            var answer = await exchange.ReplayAsync(broker.App.EndPoint.Port);
            Assert.Equal(exchange.Response!.ReadHeader<OffsetResponseHeader>(), answer!.ReadHeader<OffsetResponseHeader>());
        }
    }

    [Fact]
    public async Task Recorded_store_times_are_found_again()
    {
        await using var broker = await StartAsync();
        foreach (var exchange in Exchange.Load("GET_EARLIEST_MSG_STORETIME"))
        {
            var answer = await exchange.ReplayAsync(broker.App.EndPoint.Port);
            Assert.Equal(
                exchange.Response!.ReadHeader<GetEarliestMessageStoreTimeResponseHeader>(),
                answer!.ReadHeader<GetEarliestMessageStoreTimeResponseHeader>());
        }
    }

    [Fact]
    public async Task Recorded_topic_statistics_are_the_same() => await SameBodyAsync<TopicStatsTable>(
        "GET_TOPIC_STATS_INFO", (recorded, now) => Assert.Equal(recorded.OffsetTable, now.OffsetTable));

    [Fact]
    public async Task Recorded_consumption_spans_are_the_same() => await SameBodyAsync<QueryConsumeTimeSpanBody>(
        "QUERY_CONSUME_TIME_SPAN", (recorded, now) => Assert.Equal(recorded.ConsumeTimeSpanSet, now.ConsumeTimeSpanSet));

    [Fact]
    public async Task Recorded_locks_are_granted_again() => await SameBodyAsync<LockBatchResponseBody>(
        "LOCK_BATCH_MQ", (recorded, now) => Assert.Equal(recorded.LockOKMQSet.ToHashSet(), now.LockOKMQSet.ToHashSet()));

    [Fact]
    public async Task Recorded_readers_of_a_topic_are_still_known() => await SameBodyAsync<GroupList>(
        "QUERY_TOPIC_CONSUME_BY_WHO", (recorded, now) => Assert.Subset(now.Groups.ToHashSet(), recorded.Groups.ToHashSet()));

    [Fact]
    public async Task Runtime_information_has_every_key_that_the_original_has() => await SameBodyAsync<KVTable>(
        "GET_BROKER_RUNTIME_INFO", (recorded, now) => Assert.Empty(recorded.Table.Keys.Except(now.Table.Keys)));

    [Fact]
    public async Task Recorded_topics_are_all_there() => await SameBodyAsync<TopicConfigSerializeWrapper>(
        "GET_ALL_TOPIC_CONFIG",
        (recorded, now) => Assert.Empty(recorded.TopicConfigTable.Keys.Except(now.TopicConfigTable.Keys).Except(["GoldenDelete"])));

    private static Task<TestBroker> StartAsync() => TestBroker.StartAsync(options => options.TraceTopicEnable = true, golden: true);

    private static async Task SameBodyAsync<T>(string name, Action<T, T> compare)
    {
        await using var broker = await StartAsync();
        foreach (var exchange in Exchange.Load(name))
        {
            var answer = await exchange.ReplayAsync(broker.App.EndPoint.Port);
            compare(BodyJson.Deserialize<T>(exchange.Response!.Body.Span), BodyJson.Deserialize<T>(answer!.Body.Span));
        }
    }

    /// <summary>One recorded request with its answer.</summary>
    private sealed record Exchange(byte[] RequestFrame, RemotingCommand? Response)
    {
        public int? ResponseCode => Response?.Code;

        public static IReadOnlyList<Exchange> Load(string name, string serialization = "json")
        {
            var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "golden", serialization, name + ".jsonl"));
            var exchanges = new List<Exchange>();
            foreach (var line in lines)
            {
                using var json = JsonDocument.Parse(line);
                if (!json.RootElement.GetProperty("link").GetString()!.StartsWith("master", StringComparison.Ordinal))
                {
                    continue;
                }

                var request = Convert.FromHexString(json.RootElement.GetProperty("request").GetString()!);
                var response = json.RootElement.TryGetProperty("response", out var hex) ? hex.GetString() : null;
                exchanges.Add(new Exchange(request, response is null ? null : Parse(Convert.FromHexString(response))));
            }

            Assert.True(serialization != "json" || exchanges.Count > 0, "the recording has none");
            return exchanges;
        }

        /// <summary>Sends the recorded bytes; nothing comes back where nothing was recorded.</summary>
        public async Task<RemotingCommand?> ReplayAsync(int port)
        {
            using var timeout = new CancellationTokenSource(TestBroker.Patience);
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port, timeout.Token);
            var stream = socket.GetStream();
            await stream.WriteAsync(RequestFrame, timeout.Token);
            if (Response is null)
            {
                return null;
            }

            RemotingCommand answer;
            do
            {
                answer = await ReadAsync(stream, timeout.Token);
            }
            while (!answer.IsResponse); // a heartbeat is followed by a notification of the new group

            Assert.Equal(Parse(RequestFrame).Opaque, answer.Opaque);
            return answer;
        }

        private static async Task<RemotingCommand> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
        {
            var length = new byte[4];
            await stream.ReadExactlyAsync(length, cancellationToken);
            var frame = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(length)];
            await stream.ReadExactlyAsync(frame.AsMemory(4), cancellationToken);
            return Parse(frame);
        }

        private static RemotingCommand Parse(byte[] frame) => CommandView.Parse(frame.AsSpan(4)).ToCommand();
    }
}
