using System.Diagnostics;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>flush [seconds]</c>: synchronous flush of 1 KiB messages with 1, 16, 64 and 1,000 in flight, against one write and one sync per
/// message on the same disk in the same run.
/// </summary>
internal static class SyncFlushBenchmark
{
    private const int BodySize = 1024;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is [var text, ..] ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 2;
        var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            await using var store = await BenchmarkStore.OpenAsync(directory, FlushMode.Sync);
            SendLoad.Run(store, 16, 0.5);
            foreach (var inFlight in new[] { 1, 16, 64, 1000 })
            {
                // Disks have moods: the baseline is taken before and after each figure, and its mean is what counts.
                var before = OneSyncPerMessage(Path.Combine(directory, "single"), seconds / 2);
                var rate = SendLoad.Run(store, inFlight, seconds);
                var single = (before + OneSyncPerMessage(Path.Combine(directory, "single"), seconds / 2)) / 2;
                Console.WriteLine(
                    $"{inFlight,5} in flight  {rate,10:N0} messages/s  {rate / single,6:N1} x one sync per message ({single:N0}/s)");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static double OneSyncPerMessage(string path, double seconds)
    {
        // Laid out as the log's file is: reserved, never written before, filled from the front.
        const int FileSize = 256 * 1024 * 1024;
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, preallocationSize: FileSize);
        var body = new byte[BodySize];
        var start = Stopwatch.GetTimestamp();
        var messages = 0L;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            RandomAccess.Write(file, body, messages * BodySize % FileSize);
            RandomAccess.FlushToDisk(file);
            messages++;
        }

        return messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
