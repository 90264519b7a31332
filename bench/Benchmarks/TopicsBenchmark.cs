using System.Diagnostics;
using System.Globalization;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>topics [topics] [queues]</c>: makes a store with one message in every queue (10,000 topics of 8 queues), closes it, and opens it again;
/// seconds to make, close and open it, and resident memory before and after opening.
/// </summary>
internal static class TopicsBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var topics = arguments is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 10_000;
        var queues = arguments is [_, var second, ..] ? int.Parse(second, CultureInfo.InvariantCulture) : 8;
        var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            await MakeAsync(directory, topics, queues);
            GC.Collect();
            var before = ResidentMegabytes();
            var start = Stopwatch.GetTimestamp();
            await using var store = await BenchmarkStore.OpenAsync(directory, FlushMode.Async);
            var opened = Stopwatch.GetElapsedTime(start);
            Console.WriteLine(
                $"{topics} topics x {queues} queues  open {opened.TotalSeconds:N2} s  resident {before:N0} MB before, {ResidentMegabytes():N0} MB after");
            return store.MaxOffset("Topic0", 0) == 1 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MakeAsync(string directory, int topics, int queues)
    {
        var start = Stopwatch.GetTimestamp();
        TimeSpan made;
        await using (var store = await BenchmarkStore.OpenAsync(directory, FlushMode.Async))
        {
            for (var i = 0; i < topics * queues; i++)
            {
                store.Put(BenchmarkStore.Message("hello"u8, $"Topic{i / queues}", i % queues));
            }

            SpinWait.SpinUntil(() => store.DispatchBehindBytes == 0);
            made = Stopwatch.GetElapsedTime(start);
            Console.WriteLine($"made in {made.TotalSeconds:N2} s, resident {ResidentMegabytes():N0} MB");
        }

        Console.WriteLine($"closed in {(Stopwatch.GetElapsedTime(start) - made).TotalSeconds:N2} s");
    }

    private static double ResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / (1024.0 * 1024);
    }
}
