using Microsoft.Extensions.Time.Testing;
using Rocketeer.Hosting.Probes;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Broker.Tests.Metrics;

/// <summary>The exporter shows every broker of the process, so that these tests run alone.</summary>
[CollectionDefinition(nameof(BrokerMetricsTests), DisableParallelization = true)]
[Collection(nameof(BrokerMetricsTests))]
public sealed class BrokerMetricsTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_500_000));
    private readonly string _cluster = $"C{Guid.NewGuid():N}";

    [Fact]
    public async Task A_group_shows_its_lag_in_messages_and_in_time()
    {
        using var exporter = new MetricsExporter();
        await using var broker = await StartAsync();
        await LagAsync(broker, "T", "G", stored: 3, consumed: 1);
        _clock.Advance(TimeSpan.FromSeconds(30));

        var scrape = await Scrape.OfAsync(exporter);

        var group = Labels(("topic", "T"), ("group", "G"));
        Assert.Equal(2, scrape.Value("rocketmq_group_diff", group));
        Assert.Equal(2, scrape.Value("rocketmq_message_accumulation", group));
        Assert.Equal(3, scrape.Value("rocketmq_consumer_offset", group));
        Assert.Equal(1, scrape.Value("rocketmq_group_consume_total_offset", group));
        Assert.Equal(30_000, scrape.Value("rocketmq_group_get_latency_by_storetime", group));
        Assert.Equal(3, scrape.Value("rocketmq_producer_offset", Labels(("topic", "T"))));
    }

    [Fact]
    public async Task Rates_are_those_of_the_statistics()
    {
        using var exporter = new MetricsExporter();
        await using var broker = await StartAsync();
        await LagAsync(broker, "T", "G", stored: 1, consumed: 1);
        for (var second = 0; second < 30; second++)
        {
            broker.Context.Statistics.RecordPut("T", 5, 500);
            broker.Context.Statistics.RecordPull("T", "G", 2, 200);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var scrape = await Scrape.OfAsync(exporter);

        Assert.Equal(5, scrape.Value("rocketmq_broker_tps", Labels()), 0.001);
        Assert.Equal(2, scrape.Value("rocketmq_broker_qps", Labels()), 0.001);
        Assert.Equal(5, scrape.Value("rocketmq_producer_tps", Labels(("topic", "T"))), 0.001);
        Assert.Equal(500, scrape.Value("rocketmq_producer_message_size", Labels(("topic", "T"))), 0.001);
        Assert.Equal(2, scrape.Value("rocketmq_consumer_tps", Labels(("topic", "T"), ("group", "G"))), 0.001);
        Assert.Equal(150, scrape.Value("rocketmq_brokeruntime_msg_put_total_today_now", ("cluster", _cluster)));
    }

    [Fact]
    public async Task Beyond_the_bound_topics_and_groups_share_a_series_and_are_counted()
    {
        using var exporter = new MetricsExporter();
        await using var broker = await StartAsync(options =>
        {
            options.Metrics.MetricsMaxTopics = 3;
            options.Metrics.MetricsMaxGroups = 2;
        });
        for (var i = 0; i < 10; i++)
        {
            await LagAsync(broker, $"T{i}", "G", stored: 1, consumed: 0);
        }

        var scrape = await Scrape.OfAsync(exporter);

        Assert.Equal(4, scrape.All("rocketmq_producer_offset", Labels()).Count);
        Assert.Equal(3, scrape.All("rocketmq_group_diff", Labels()).Count);
        Assert.Equal(8, scrape.Value("rocketmq_group_diff", Labels(("topic", "~other"), ("group", "~other"))));
        Assert.Equal(10, scrape.All("rocketmq_producer_offset", Labels()).Sum(sample => sample.Value));
    }

    [Fact]
    public async Task The_series_of_a_deleted_topic_goes_at_once()
    {
        using var exporter = new MetricsExporter();
        await using var broker = await StartAsync();
        await LagAsync(broker, "T", "G", stored: 1, consumed: 0);
        Assert.Single((await Scrape.OfAsync(exporter)).All("rocketmq_producer_offset", Labels(("topic", "T"))));

        await broker.AskAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "T" });
        _clock.Advance(TimeSpan.FromSeconds(2));

        var scrape = await Scrape.OfAsync(exporter);
        Assert.Empty(scrape.All("rocketmq_producer_offset", Labels(("topic", "T"))));
        Assert.Empty(scrape.All("rocketmq_group_diff", Labels()));
    }

    [Fact]
    public async Task Sends_are_timed_and_measured()
    {
        using var exporter = new MetricsExporter();
        await using var broker = await StartAsync();
        var before = await Scrape.OfAsync(exporter);
        await Sending.Sends.SendOkAsync(broker, Sending.Sends.Header());

        var scrape = await Scrape.OfAsync(exporter);

        Assert.True(Count(scrape, "rocketeer_broker_send_duration_milliseconds") > Count(before, "rocketeer_broker_send_duration_milliseconds"));
        Assert.True(Count(scrape, "rocketeer_broker_message_size_bytes") > Count(before, "rocketeer_broker_message_size_bytes"));
        Assert.Contains("# TYPE rocketeer_broker_send_duration_milliseconds histogram", scrape.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_metric_stands_in_the_document_and_the_document_names_no_other()
    {
        using var exporter = new MetricsExporter();
        await using var broker = await StartAsync();
        var documented = MetricsDocument.Names("## Broker", "## Store", "## Connections", "## As rocketmq-exporter");

        var published = exporter.Names.Where(name => !name.StartsWith("rocketeer_nameserver", StringComparison.Ordinal)
            && !name.StartsWith("messaging_", StringComparison.Ordinal) && !name.StartsWith("rocketeer_client", StringComparison.Ordinal)).ToHashSet();

        Assert.True(documented.SetEquals(published), $"""
            docs/metrics.md lacks: {string.Join(' ', published.Except(documented).Order())}
            docs/metrics.md has too much: {string.Join(' ', documented.Except(published).Order())}
            """);
    }

    private static double Count(Scrape scrape, string histogram) => scrape.All($"{histogram}_count").Sum(sample => sample.Value);

    private Task<TestBroker> StartAsync(Action<Rocketeer.Broker.Configuration.BrokerOptions>? adjust = null) => TestBroker.StartAsync(
        options =>
        {
            options.BrokerClusterName = _cluster;
            adjust?.Invoke(options);
        },
        _clock);

    private (string Name, string Value)[] Labels(params (string Name, string Value)[] more) => [("cluster", _cluster), ("broker", "broker-a"), .. more];

    private static async Task LagAsync(TestBroker broker, string topic, string group, int stored, int consumed)
    {
        broker.Context.Topics.FindOrCreate(topic, 1, 6, 0, out _);
        for (var i = 0; i < stored; i++)
        {
            broker.Put(topic, 0, "message");
        }

        await TestBroker.EventuallyAsync(() => broker.Context.Store.MaxOffset(topic, 0) == stored, "the messages are in their queue");
        broker.Context.Offsets.TryCommit(group, topic, 0, consumed);
    }
}
