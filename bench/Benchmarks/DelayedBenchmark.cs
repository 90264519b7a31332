using System.Diagnostics;
using System.Globalization;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>delayed [pending] [messages] [rounds]</c>: appends per second with nothing pending, and with 1,000,000 messages waiting for their
/// time, in turns, each in a store of its own; the best of each is compared, so that a disturbance of the machine counts for nobody.
/// </summary>
internal static class DelayedBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var pending = Number(arguments, 0, 1_000_000);
        var messages = Number(arguments, 1, 1_000_000);
        var rounds = Number(arguments, 2, 3);
        var empty = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        var full = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            await using var without = await BenchmarkStore.OpenAsync(empty, FlushMode.Async);
            await using var with = await BenchmarkStore.OpenAsync(full, FlushMode.Async);
            Console.WriteLine($"{pending} delayed messages stored in {Delay(with, pending).TotalSeconds:N2} s, {ResidentMegabytes():N0} MB resident");
            var (best, bestPending) = (0.0, 0.0);
            for (var round = 0; round < rounds; round++)
            {
                best = Math.Max(best, Rate(without, messages));
                bestPending = Math.Max(bestPending, Rate(with, messages));
            }

            Console.WriteLine($"appends with none pending {best:N0}/s, with {pending} pending {bestPending:N0}/s, ratio {bestPending / best:N3}");
            return bestPending >= 0.9 * best ? 0 : 1;
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
            Directory.Delete(full, recursive: true);
        }
    }

    private static int Number(string[] arguments, int index, int otherwise) =>
        arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;

    private static TimeSpan Delay(MessageStore store, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            // Level 18, two hours: nothing comes due meanwhile.
            store.Put(BenchmarkStore.Message("later"u8, "Delayed", 0, "DELAY\u000118\u0002"u8));
        }

        SpinWait.SpinUntil(() => store.DispatchBehindBytes == 0);
        return Stopwatch.GetElapsedTime(start);
    }

    private static double Rate(MessageStore store, int messages)
    {
        var body = new byte[100];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < messages; i++)
        {
            store.Put(BenchmarkStore.Message(body, "Now", 0));
        }

        SpinWait.SpinUntil(() => store.DispatchBehindBytes == 0);
        return messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double ResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / (1024.0 * 1024);
    }
}
