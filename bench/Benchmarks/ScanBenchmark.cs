using System.Diagnostics;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>scan [seconds]</c>: reads a queue of 200,000 small messages over and over; entries/s when a filter matches none (the scan alone) and
/// messages/s when it matches all, 32 at a time.
/// </summary>
internal static class ScanBenchmark
{
    private const int Messages = 200_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is [var text, ..] ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 3;
        var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            await using var store = await BenchmarkStore.OpenAsync(directory, FlushMode.Async);
            for (var i = 0; i < Messages; i++)
            {
                store.Put(BenchmarkStore.Message("hello"u8));
            }

            SpinWait.SpinUntil(() => store.DispatchBehindBytes == 0);
            Measure("scan, no match", store, new None(), seconds);
            Measure("read, all match", store, null, seconds);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Measure(string what, MessageStore store, IMessageFilter? filter, double seconds)
    {
        Read(store, filter, seconds / 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var entries = Read(store, filter, seconds);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(
            $"{what,-16}  {entries / elapsed.TotalSeconds,12:N0} entries/s  {(double)allocated / entries:N3} B allocated per entry");
    }

    private static long Read(MessageStore store, IMessageFilter? filter, double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        var entries = 0L;
        for (var offset = 0L; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            using var result = store.Get("BenchmarkTest", 0, offset, 32, filter)!;
            entries += result.NextBeginOffset - offset;
            offset = result.NextBeginOffset >= Messages ? 0 : result.NextBeginOffset;
        }

        return entries;
    }

    private sealed class None : IMessageFilter
    {
        public bool NeedsRecord => false;

        public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension) => false;

        public bool MatchesRecord(ReadOnlySpan<byte> record) => false;
    }
}
