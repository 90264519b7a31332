using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using TraceOptions = Rocketeer.Client.Tracing.TraceOptions;

namespace Rocketeer.Client.Tests.Tracing;

public sealed class SendTraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_send_leaves_a_record_in_the_form_of_the_original()
    {
        await using var cluster = await StartAsync();
        var client = cluster.CreateClient();
        var producer = Traced(client);

        var result = await producer.SendAsync(new Message("T", "hello"u8.ToArray()) { Tag = "TA", Keys = ["k1", "k2"] });
        var now = cluster.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await EndAsync(client);

        var request = Assert.Single(Traces(cluster));
        var address = cluster.Brokers["a"].Address;
        Assert.Equal(
            $"Pub|{now}|R1|PG|T|{result.MessageId}|TA|k1 k2|{address}|5|0|0|{result.OffsetMessageId}|true$",
            Encoding.UTF8.GetString(request.Body.Span).Replace('\u0001', '|').Replace('\u0002', '$'));
        var header = request.ReadHeader<SendMessageRequestHeader>();
        Assert.Equal((TopicNames.Trace, "_INNER_TRACE_PRODUCER"), (header.Topic, header.ProducerGroup));
        Assert.Contains($"KEYS\u0001{result.MessageId} k1 k2\u0002", header.Properties, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_message_of_a_batch_has_a_record_of_its_own()
    {
        await using var cluster = await StartAsync();
        var client = cluster.CreateClient();

        var results = await Traced(client).SendBatchAsync([Message("1"), Message("22")]);
        await EndAsync(client);

        var records = Records(cluster).Cast<SendTrace>().ToList();
        Assert.Equal(results.Select(result => (result.MessageId, result.OffsetMessageId)), records.Select(record => (record.MessageId, record.OffsetMessageId!)));
        Assert.Equal([1, 2], records.Select(record => record.BodyBytes));
    }

    [Fact]
    public async Task A_delayed_message_is_recorded_as_such()
    {
        await using var cluster = await StartAsync();
        var client = cluster.CreateClient();

        await Traced(client).SendAsync(new Message("T", "x"u8.ToArray()) { DelayLevel = 3 });
        await EndAsync(client);

        Assert.Equal(TracedMessageKind.Delayed, Assert.IsType<SendTrace>(Assert.Single(Records(cluster))).Kind);
    }

    [Fact]
    public async Task What_is_stored_less_safely_than_asked_is_recorded_as_no_success()
    {
        await using var cluster = await StartAsync(ResponseCode.FlushDiskTimeout);
        var client = cluster.CreateClient();

        await Traced(client).SendAsync(Message("x"));
        await EndAsync(client);

        Assert.False(Assert.IsType<SendTrace>(Assert.Single(Records(cluster))).Succeeded);
    }

    [Fact]
    public async Task Traces_of_many_sends_share_messages_and_none_is_lost_at_the_end()
    {
        await using var cluster = await StartAsync();
        var client = cluster.CreateClient();
        var producer = Traced(client);

        var results = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => producer.SendAsync(Message($"{i}"))));
        await EndAsync(client);

        Assert.Equal(results.Select(result => result.MessageId).Order(), Records(cluster).Select(record => record.MessageId).Order());
        Assert.InRange(Traces(cluster).Count, 1, 200);
    }

    [Fact]
    public async Task What_has_no_result_and_what_the_broker_or_the_topic_excludes_leaves_no_record()
    {
        await using var cluster = await StartAsync();
        cluster.AddTopic("MY_TRACES", 1);
        cluster.AddTopic("MY_TRACES_TOO", 1);
        cluster.AddTopic("SILENT", 1);
        var client = cluster.CreateClient();
        var producer = client.CreateProducer("PG", options => options.Trace = new TraceOptions { Enabled = true, Topic = "MY_TRACES" });

        await producer.SendOneWayAsync(Message("x"));
        await producer.SendAsync(new Message("MY_TRACES", "x"u8.ToArray()));
        await producer.SendAsync(new Message("MY_TRACES_TOO", "x"u8.ToArray()));
        await producer.SendAsync(new Message("SILENT", "x"u8.ToArray()));
        var traced = await producer.SendAsync(Message("x"));
        await EndAsync(client);

        var sent = cluster.Brokers["a"].Received(RequestCode.SendMessageV2)
            .Where(request => request.ReadHeader<SendMessageRequestHeader>() is { Topic: "MY_TRACES", ProducerGroup: "_INNER_TRACE_PRODUCER" });
        Assert.Equal(traced.MessageId, Assert.Single(TraceCodec.Decode(Assert.Single(sent).Body.Span)).MessageId);
    }

    [Theory]
    [InlineData(ResponseCode.NoPermission)]
    [InlineData(null)]
    public async Task Sends_go_on_while_traces_are_refused_or_not_answered_and_closing_ends(ResponseCode? refusal)
    {
        await using var cluster = await StartAsync();
        var broker = cluster.Brokers["a"];
        broker.On(RequestCode.SendMessageV2, request => !IsTrace(request) ? Answer(request, ResponseCode.Success)
            : refusal is { } code ? RemotingCommand.Response(code, "no") : null);
        var client = cluster.CreateClient();
        var producer = Traced(client);

        for (var i = 0; i < 20; i++)
        {
            await producer.SendAsync(Message("x")).WaitAsync(Patience);
            cluster.Clock.Advance(TraceDispatcher.Linger);
        }

        await EndUnansweredAsync(cluster, client.DisposeAsync());
        Assert.Equal(20, broker.Received(RequestCode.SendMessageV2).Count(request => !IsTrace(request)));
    }

    [Fact]
    public async Task Records_beyond_the_bound_are_dropped_at_once()
    {
        await using var cluster = await StartAsync();
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, _ => null);
        var client = cluster.CreateClient();
        var traces = new TraceDispatcher(client.CreateProducer(TraceDispatcher.Settings), cluster.Clock, NullLogger.Instance);

        for (var i = 0; i < 2 * TraceDispatcher.MaxWaiting; i++)
        {
            traces.Add("T", new HandlingEndTrace("ID", null) { RequestId = "Q", Cost = TimeSpan.Zero, Succeeded = true });
        }

        Assert.InRange(traces.Waiting, 1, TraceDispatcher.MaxWaiting);
        await EndUnansweredAsync(cluster, traces.DisposeAsync());
    }

    [Fact]
    public async Task Traces_belong_to_no_span_in_which_the_first_producer_was_made()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Client.Diagnostics.ClientInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.None, // others run beside this one
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = await StartAsync();
        var client = cluster.CreateClient();
        using var outer = new Activity("a request").Start();
        var producer = Traced(client);

        await producer.SendAsync(Message("x"));
        await EndAsync(client);

        var sent = cluster.Brokers["a"].Received(RequestCode.SendMessageV2)
            .ToLookup(IsTrace, request => request.ReadHeader<SendMessageRequestHeader>().Properties!);
        Assert.Contains(outer.TraceId.ToHexString(), Assert.Single(sent[false]), StringComparison.Ordinal);
        Assert.DoesNotContain(outer.TraceId.ToHexString(), Assert.Single(sent[true]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_cannot_be_one_is_refused()
    {
        await using var cluster = await StartAsync();
        var trace = new TraceOptions { Enabled = true, Topic = "no topic" };

        Assert.Throws<OptionsValidationException>(() => cluster.CreateClient().CreateProducer("PG", options => options.Trace = trace));
        Assert.Throws<OptionsValidationException>(() => cluster.CreateClient().CreatePushConsumer("CG", options => options.Trace = trace));
    }

    private static async Task<FakeCluster> StartAsync(ResponseCode code = ResponseCode.Success)
    {
        var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.AddTopic(TopicNames.Trace, 1);
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, request => Answer(request, code));
        cluster.Brokers["a"].On(RequestCode.SendBatchMessage, request => Answer(request, code));
        return cluster;
    }

    private static RemotingCommand Answer(RemotingCommand request, ResponseCode code)
    {
        var answer = FakeCluster.Answer(request, code);
        var isSilent = request.ReadHeader<SendMessageRequestHeader>().Topic == "SILENT";
        return RemotingCommand.Response(code, header: (SendMessageResponseHeader)answer.Header! with { TraceOn = !isSilent });
    }

    private static Producer Traced(RocketeerClient client) => client.CreateProducer("PG", options => options.Trace.Enabled = true);

    private static Message Message(string text) => new("T", Encoding.UTF8.GetBytes(text));

    private static bool IsTrace(RemotingCommand request) => request.ReadHeader<SendMessageRequestHeader>().Topic == TopicNames.Trace;

    private static List<RemotingCommand> Traces(FakeCluster cluster) =>
        [.. cluster.Brokers["a"].Received(RequestCode.SendMessageV2).Where(IsTrace)];

    private static IEnumerable<TraceRecord> Records(FakeCluster cluster) =>
        Traces(cluster).SelectMany(request => TraceCodec.Decode(BodyOf(request)));

    private static byte[] BodyOf(RemotingCommand request)
    {
        if ((request.ReadHeader<SendMessageRequestHeader>().SysFlag & MessageSysFlags.Compressed) == 0)
        {
            return request.Body.ToArray();
        }

        using var zlib = new ZLibStream(new MemoryStream(request.Body.ToArray()), CompressionMode.Decompress);
        using var body = new MemoryStream();
        zlib.CopyTo(body);
        return body.ToArray();
    }

    private static Task EndAsync(RocketeerClient client) => client.DisposeAsync().AsTask().WaitAsync(Patience);

    /// <summary>For brokers that are silent: the time-outs are armed at moments that the test cannot see.</summary>
    private static async Task EndUnansweredAsync(FakeCluster cluster, ValueTask disposing)
    {
        var ending = disposing.AsTask();
        for (var i = 0; i < 1000 && await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(10))) != ending; i++)
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        await ending.WaitAsync(Patience);
    }
}
