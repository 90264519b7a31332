using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

/// <summary>A consumer over real connections against scripted brokers, and its answers to requests recorded from a broker of 4.4.0.</summary>
public sealed class ConsumerOverSocketsTests
{
    [Fact]
    public async Task Messages_are_pulled_decoded_handled_and_given_back_on_the_wire()
    {
        await using var cluster = await StartAsync("GoldenA");
        var broker = cluster.Brokers["broker-a"];
        var seen = new ConcurrentBag<MessageExt>();
        await using (var client = cluster.CreateClient())
        {
            await using var consumer = client.CreatePushConsumer("GID_A", options => options.ConsumeFrom = Client.Consuming.ConsumeFrom.FirstOffset);
            consumer.Subscribe("GoldenA", "T0");
            await consumer.StartAsync((message, _) =>
            {
                seen.Add(message);
                return new(message.QueueOffset == 0 ? Client.Consuming.ConsumeResult.Success : Client.Consuming.ConsumeResult.RetryLater);
            });
            var back = await broker.NextAsync(RequestCode.ConsumerSendMsgBack);
            Assert.Equal("GID_A", back.ExtFields!["group"]);
            Assert.Equal("GoldenA", back.ExtFields["originTopic"]);
            Assert.Equal("200", back.ExtFields["offset"]);
            Assert.Equal("16", back.ExtFields["maxReconsumeTimes"]);
        }

        Assert.Equal(["body 0", "body 1"], seen.Select(message => Encoding.UTF8.GetString(message.Body.Span)).Order());
        var pull = broker.Received(RequestCode.PullMessage).First(request => request.ExtFields!["topic"] == "GoldenA");
        Assert.Equal(("32", "15000", "TAG", "2"), (pull.ExtFields!["maxMsgNums"], pull.ExtFields["suspendTimeoutMillis"], pull.ExtFields["expressionType"], pull.ExtFields["sysFlag"]));
        Assert.Equal("2", broker.Received(RequestCode.UpdateConsumerOffset).Last(request => request.ExtFields!["topic"] == "GoldenA").ExtFields!["commitOffset"]);
        Assert.Equal("GID_A", broker.Received(RequestCode.UnregisterClient).Single().ExtFields!["consumerGroup"]);
    }

    [Fact]
    public async Task Recorded_requests_of_a_broker_get_the_answers_of_the_original()
    {
        await using var cluster = await StartAsync("GoldenA");
        var broker = cluster.Brokers["broker-a"];
        await using var client = cluster.CreateClient();
        var seen = new ConcurrentBag<MessageExt>();
        var consumers = new List<PushConsumer>();
        foreach (var group in (string[])["GID_A", "GID_B", "GID_Order"])
        {
            var consumer = client.CreatePushConsumer(group, options => options.ConsumeFrom = Client.Consuming.ConsumeFrom.FirstOffset);
            consumer.Subscribe("GoldenA");
            await consumer.StartAsync((message, _) =>
            {
                seen.Add(message);
                return new(Client.Consuming.ConsumeResult.Success);
            });
            consumers.Add(consumer);
        }

        await Eventually.HoldsAsync(() => consumers.TrueForAll(consumer => consumer.Queues.Count == 1) && seen.Count == 6, "queues and messages");
        Assert.True(broker.Connections.TryPeek(out var connection));

        var direct = BodyJson.Deserialize<ConsumeMessageDirectlyResult>((await AskAsync("CONSUME_MESSAGE_DIRECTLY")).Body.Span);
        Assert.Equal(RecordedAnswer<ConsumeMessageDirectlyResult>("CONSUME_MESSAGE_DIRECTLY") with { SpentTimeMills = 0 }, direct with { SpentTimeMills = 0 });
        Assert.Contains(seen, message => message.Topic == "GoldenB" && Encoding.UTF8.GetString(message.Body.Span) == "view me");

        var status = BodyJson.Deserialize<GetConsumerStatusBody>((await AskAsync("GET_CONSUMER_STATUS_FROM_CLIENT")).Body.Span);
        Assert.Equal(2, status.MessageQueueTable[new MessageQueue("GoldenA", "broker-a", 0)]);

        var info = BodyJson.Deserialize<ConsumerRunningInfo>((await AskAsync("GET_CONSUMER_RUNNING_INFO")).Body.Span);
        var original = RecordedAnswer<ConsumerRunningInfo>("GET_CONSUMER_RUNNING_INFO");
        Assert.Superset(original.Properties.Keys.Where(key => key.StartsWith("PROP_", StringComparison.Ordinal)).ToHashSet(), info.Properties.Keys.ToHashSet());

        await connection.SendOneWayAsync(Recorded("RESET_CONSUMER_CLIENT_OFFSET"), TimeSpan.FromSeconds(5), default);
        await Eventually.HoldsAsync(() => seen.Count == 9, "both messages of GoldenA once more");

        Task<RemotingCommand> AskAsync(string name) => connection.InvokeAsync(Recorded(name), TimeSpan.FromSeconds(10), default).AsTask();
    }

    [Fact]
    public async Task A_consumer_of_a_container_starts_and_stops_with_the_host_and_gets_a_scope_per_message()
    {
        await using var cluster = await StartAsync("GoldenA");
        var services = new ServiceCollection();
        services.AddScoped<PerMessage>();
        services.AddSingleton(new ConcurrentBag<PerMessage>());
        services.AddRocketeer(options => options.NameServers = cluster.NameServer.Address).AddConsumer<Recorder>(
            "GoldenA", "GID_DI", configure: options => options.ConsumeFrom = Client.Consuming.ConsumeFrom.FirstOffset);
        await using var provider = services.BuildServiceProvider();
        var host = provider.GetServices<IHostedService>().Single();
        var seen = provider.GetRequiredService<ConcurrentBag<PerMessage>>();

        await host.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => seen.Count == 2, "two messages");
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, seen.Distinct().Count());
        Assert.All(seen, scope => Assert.True(scope.IsDisposed));
        Assert.Equal("GID_DI", cluster.Brokers["broker-a"].Received(RequestCode.UnregisterClient).Single().ExtFields!["consumerGroup"]);
    }

    /// <summary>A broker with one queue of two messages, which remembers offsets.</summary>
    private static async Task<FakeCluster> StartAsync(string topic)
    {
        var cluster = await FakeCluster.StartAsync(1, "broker-a");
        cluster.AddTopic(topic, 1);
        var broker = cluster.Brokers["broker-a"];
        var members = new ConcurrentDictionary<string, byte>();
        var offsets = new ConcurrentDictionary<string, long>();
        broker.On(RequestCode.HeartBeat, request =>
        {
            members.TryAdd(BodyJson.Deserialize<HeartbeatData>(request.Body.Span).ClientID, 0);
            return RemotingCommand.Response(ResponseCode.Success);
        });
        broker.On(RequestCode.GetConsumerListByGroup, _ =>
            RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(new ConsumerIdList { ConsumerIds = [.. members.Keys] })));
        broker.On(RequestCode.UpdateConsumerOffset, request =>
        {
            offsets[request.ExtFields!["consumerGroup"]] = long.Parse(request.ExtFields["commitOffset"]);
            return RemotingCommand.Response(ResponseCode.Success);
        });
        broker.On(RequestCode.QueryConsumerOffset, request => offsets.TryGetValue(request.ExtFields!["consumerGroup"], out var offset)
            ? RemotingCommand.Response(ResponseCode.Success, header: new QueryConsumerOffsetResponseHeader { Offset = offset })
            : RemotingCommand.Response(ResponseCode.QueryNotFound, "none"));
        broker.On(RequestCode.PullMessage, async (request, _, cancellationToken) =>
        {
            var offset = int.Parse(request.ExtFields!["queueOffset"]);
            if (offset >= 2)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            var header = new PullMessageResponseHeader { SuggestWhichBrokerId = 0, NextBeginOffset = 2, MinOffset = 0, MaxOffset = 2 };
            return RemotingCommand.Response(ResponseCode.Success, "FOUND", header, Enumerable.Range(offset, 2 - offset).SelectMany(i => Record(topic, i)).ToArray());
        });
        return cluster;
    }

    private static byte[] Record(string topic, int offset)
    {
        var parts = new MessageRecordParts
        {
            Body = Encoding.UTF8.GetBytes($"body {offset}"),
            Topic = Encoding.UTF8.GetBytes(topic),
            Properties = Encoding.UTF8.GetBytes(MessageProperties.Encode([new(PropertyNames.Tags, "T0")])),
        };
        var record = new byte[parts.TotalSize];
        MessageRecordWriter.Write(record, parts);
        MessageRecordWriter.Place(record, offset, 100 + (offset * 100), 1);
        return record;
    }

    private static RemotingCommand Recorded(string name)
    {
        using var exchange = Exchange(name);
        var frame = Convert.FromHexString(exchange.RootElement.GetProperty("request").GetProperty("hex").GetString()!);
        return CommandView.Parse(frame.AsSpan(FrameLayout.HeaderWordAt)).ToCommand();
    }

    private static T RecordedAnswer<T>(string name)
    {
        using var exchange = Exchange(name);
        var frame = Convert.FromHexString(exchange.RootElement.GetProperty("response").GetProperty("hex").GetString()!);
        return BodyJson.Deserialize<T>(CommandView.Parse(frame.AsSpan(FrameLayout.HeaderWordAt)).Body);
    }

    private static JsonDocument Exchange(string name) =>
        JsonDocument.Parse(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", name + ".to_client.jsonl")).First());

    private sealed class PerMessage : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Recorder(PerMessage scope, ConcurrentBag<PerMessage> seen) : IMessageHandler
    {
        public ValueTask<Client.Consuming.ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken)
        {
            seen.Add(scope);
            return new(Client.Consuming.ConsumeResult.Success);
        }
    }
}
