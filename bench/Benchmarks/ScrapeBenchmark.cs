using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>scrape [topics] [queues]</c>: a broker with so many topics (10,000 of 8 queues) and a consumer group in each; what one scrape of its
/// metrics takes, with the default bound of series and without one.
/// </summary>
internal static class ScrapeBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var topics = arguments is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 10_000;
        var queues = arguments is [_, var second, ..] ? int.Parse(second, CultureInfo.InvariantCulture) : 8;
        var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            WriteTables(Path.Combine(directory, "config"), topics, queues);
            var options = new BrokerOptions
            {
                BrokerIP1 = "127.0.0.1",
                Network = new NetworkSettings { ListenPort = 0, BindAddress = "127.0.0.1" },
                Store = new StoreSettings { StorePathRootDir = directory, MapedFileSizeCommitLog = 64 * 1024 * 1024, DiskSpaceWarningLevelRatio = 1 },
            };
            using var exporter = new MetricsExporter();
            await using var broker = await BrokerApp.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            await ReportAsync(exporter, $"{topics} topics x {queues} queues, {options.Metrics.MetricsMaxTopics} series each");
            options.Metrics.MetricsMaxTopics = options.Metrics.MetricsMaxGroups = 1_000_000;
            await ReportAsync(exporter, "the same without a bound");
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ReportAsync(MetricsExporter exporter, string what)
    {
        const int Scrapes = 5;
        var best = TimeSpan.MaxValue;
        var length = 0L;
        for (var i = 0; i < Scrapes; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System); // figures are collected anew after a second
            var start = Stopwatch.GetTimestamp();
            using var page = new MemoryStream();
            await exporter.ExportAsync(page, CancellationToken.None);
            var elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
            length = page.Length;
        }

        Console.WriteLine($"{what}: {best.TotalMilliseconds:N1} ms at best, {length / 1024:N0} KiB");
    }

    private static void WriteTables(string directory, int topics, int queues)
    {
        Directory.CreateDirectory(directory);
        var (table, offsets) = (new StringBuilder(), new StringBuilder());
        var perQueue = string.Join(',', Enumerable.Range(0, queues).Select(queue => $"\"{queue}\":0"));
        for (var i = 0; i < topics; i++)
        {
            var comma = i == 0 ? "" : ",";
            table.Append(CultureInfo.InvariantCulture, $"{comma}\"Topic{i}\":{{\"topicName\":\"Topic{i}\",\"readQueueNums\":{queues},\"writeQueueNums\":{queues},\"perm\":6}}");
            offsets.Append(CultureInfo.InvariantCulture, $"{comma}\"Topic{i}@Group\":{{{perQueue}}}");
        }

        File.WriteAllText(Path.Combine(directory, "topics.json"), $"{{\"dataVersion\":{{\"counter\":1,\"timestamp\":1}},\"topicConfigTable\":{{{table}}}}}");
        File.WriteAllText(Path.Combine(directory, "consumerOffset.json"), $"{{\"offsetTable\":{{{offsets}}}}}");
    }
}
