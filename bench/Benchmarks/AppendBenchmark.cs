using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>append [seconds]</c>: one thread appends to a store under asynchronous flush, dispatch included; messages/s and bytes allocated per
/// message by the appending thread, for bodies of 128 B, 1 KiB and 4 KiB.
/// </summary>
internal static class AppendBenchmark
{
    private const int Burst = 256;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is [var text, ..] ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 3;
        Console.WriteLine("append, asynchronous flush, one thread");
        foreach (var size in new[] { 128, 1024, 4096 })
        {
            var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
            try
            {
                await using var store = await BenchmarkStore.OpenAsync(directory, FlushMode.Async);
                Append(store, size, seconds / 4);
                var cpu = Environment.CpuUsage.TotalTime;
                var (messages, elapsed, allocated) = Append(store, size, seconds);
                cpu = Environment.CpuUsage.TotalTime - cpu;
                Console.WriteLine(
                    $"{size,6} B  {messages / elapsed.TotalSeconds,12:N0} messages/s  {cpu.TotalNanoseconds / messages,8:N0} ns CPU each, dispatch included  "
                    + $"{(double)allocated / messages:N3} B allocated per message");
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        return 0;
    }

    private static (long Messages, TimeSpan Elapsed, long Allocated) Append(MessageStore store, int size, double seconds)
    {
        var body = new byte[size];
        var start = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var messages = 0L;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            for (var i = 0; i < Burst; i++)
            {
                if (store.Put(BenchmarkStore.Message(body)).Status == PutStatus.Ok)
                {
                    messages++;
                }
            }
        }

        return (messages, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

/// <summary>The store that storage benchmarks measure, and the message they send.</summary>
internal static class BenchmarkStore
{
    private static readonly HostAddress Host = new(0x7F000001, 10911);

    public static Task<MessageStore> OpenAsync(string directory, FlushMode mode) => MessageStore.OpenAsync(
        new StoreOptions
        {
            RootDirectory = directory,
            CommitLogDirectory = Path.Combine(directory, "commitlog"),
            FlushMode = mode,
            DiskSpaceWarningLevelRatio = 1,
        },
        new StoreRole(isMaster: true),
        arrivals: null,
        TimeProvider.System,
        NullLoggerFactory.Instance,
        CancellationToken.None);

    public static MessageToStore Message(
        ReadOnlySpan<byte> body, string topic = "BenchmarkTest", int queueId = 0, ReadOnlySpan<byte> properties = default) => new()
    {
        Topic = topic,
        QueueId = queueId,
        BornTimestamp = 1_700_000_000_000,
        BornHost = Host,
        StoreHost = Host,
        Body = body,
        Properties = properties.IsEmpty ? "UNIQ_KEY\u0001C000020203175FFD2B276FC608920000\u0002WAIT\u0001true\u0002"u8 : properties,
    };
}
