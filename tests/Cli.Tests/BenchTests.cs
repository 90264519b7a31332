using System.Text.Json;

namespace Rocketeer.Cli.Tests;

/// <summary>Short runs of the load generator: the figures must make sense, however slow the machine is.</summary>
public sealed class BenchTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Bench_produce_creates_the_topic_and_reports_sane_figures()
    {
        var report = (await cluster.RunAsync(
            "bench", "produce", "--topic", "Load", "--in-flight", "64", "--connections", "2", "--size", "256", "--duration", "0.5", "--warm-up", "0.1",
            "--json")).Succeeded().Json;

        var messages = report.GetProperty("messages").GetInt64();
        Assert.True(messages > 0);
        Assert.Equal(256, report.GetProperty("bodyBytes").GetDouble());
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0.45, 60);
        Assert.Equal(messages / report.GetProperty("seconds").GetDouble(), report.GetProperty("messagesPerSecond").GetDouble(), messages * 0.01);
        AssertOrdered(report.GetProperty("latencyMicroseconds"));
        Assert.True(report.GetProperty("cpu").GetProperty("totalSeconds").GetDouble() >= 0);
        Assert.True(report.GetProperty("allocatedBytesPerMessage").GetDouble() > 0);
        Assert.Empty(report.GetProperty("errors").EnumerateObject());
        var route = (await cluster.RunAsync("topic", "route", "Load", "--json")).Succeeded().Json;
        Assert.Equal(8, route.GetProperty("brokers")[0].GetProperty("writeQueues").GetInt32());
    }

    [Fact]
    public async Task Bench_produce_sends_with_a_thread_for_each_request_if_asked()
    {
        var report = (await cluster.RunAsync(
            "bench", "produce", "--topic", "Blocking", "--in-flight", "4", "--blocking", "--messages", "100", "--warm-up", "0", "--json")).Succeeded().Json;

        Assert.Equal(100, report.GetProperty("messages").GetInt64());
        Assert.Empty(report.GetProperty("errors").EnumerateObject());
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("push")]
    public async Task Bench_consume_reads_what_bench_produce_sent_exactly(string consumer)
    {
        var topic = $"Exact-{consumer}";
        var sent = (await cluster.RunAsync(
            "bench", "produce", "--topic", topic, "--in-flight", "8", "--size", "100", "--messages", "1000", "--warm-up", "0", "--json")).Succeeded().Json;
        Assert.Equal(1000, sent.GetProperty("messages").GetInt64());

        // Queues follow the log within moments.
        await Eventually.HoldsAsync(async () =>
            Assert.Equal(1000, (await cluster.RunAsync("topic", "stats", topic, "--json")).Succeeded().Json.GetProperty("messages").GetInt64()));

        var read = (await cluster.RunAsync(
            "bench", "consume", "--topic", topic, "--group", $"exact-{consumer}", "--messages", "1000", "--warm-up", "0", "--consumer", consumer, "--json"))
            .Succeeded().Json;

        Assert.Equal(1000, read.GetProperty("messages").GetInt64());
        Assert.Equal(consumer, read.GetProperty("consumer").GetString());
        Assert.Equal(100, read.GetProperty("bodyBytes").GetDouble());
        Assert.Empty(read.GetProperty("errors").EnumerateObject());
    }

    [Fact]
    public async Task Bench_consume_measures_the_way_from_producer_to_consumer_of_new_messages_only()
    {
        (await cluster.RunAsync("topic", "create", "Live", "--queues", "1")).Succeeded();
        (await cluster.RunAsync("produce", "--topic", "Live", "--body", "old", "--count", "3")).Succeeded();
        await Eventually.HoldsAsync(async () =>
            Assert.Equal(3, (await cluster.RunAsync("topic", "stats", "Live", "--json")).Succeeded().Json.GetProperty("messages").GetInt64()));

        var consuming = cluster.RunAsync(
            "bench", "consume", "--topic", "Live", "--group", "live", "--from", "last", "--messages", "1", "--warm-up", "0", "--json");
        while (!consuming.IsCompleted)
        {
            (await cluster.RunAsync("produce", "--topic", "Live", "--body", "brand-new")).Succeeded();
        }

        var report = (await consuming).Succeeded().Json;
        Assert.Equal("brand-new".Length, report.GetProperty("bodyBytes").GetDouble());
        Assert.True(report.GetProperty("latencyMicroseconds").GetProperty("max").GetInt64() < 60_000_000);
    }

    [Fact]
    public async Task Batches_count_their_messages()
    {
        var report = (await cluster.RunAsync(
            "bench", "produce", "--topic", "Batched", "--in-flight", "4", "--size", "64", "--batch", "10", "--messages", "200", "--warm-up", "0", "--json"))
            .Succeeded().Json;

        Assert.Equal(200, report.GetProperty("messages").GetInt64());
        Assert.Equal(64, report.GetProperty("bodyBytes").GetDouble());
    }

    [Fact]
    public async Task People_get_a_table()
    {
        var lines = (await cluster.RunAsync(
            "bench", "produce", "--topic", "Shown", "--in-flight", "2", "--messages", "20", "--warm-up", "0")).Succeeded().Lines;

        foreach (var figure in new[] { "Throughput", "Latency", "CPU here", "Allocated here", "Errors" })
        {
            Assert.Contains(lines, line => line.StartsWith(figure, StringComparison.Ordinal));
        }
    }

    private static void AssertOrdered(JsonElement latency)
    {
        var (p50, p99, p999, max) = (Figure("p50"), Figure("p99"), Figure("p999"), Figure("max"));
        Assert.True(p50 > 0 && p50 <= p99 && p99 <= p999 && p999 <= max, latency.ToString());

        long Figure(string name) => latency.GetProperty(name).GetInt64();
    }
}
