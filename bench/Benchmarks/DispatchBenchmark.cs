using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Storage;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Index;
using Rocketeer.Storage.Queues;
using Rocketeer.Storage.Scheduling;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Benchmarks;

/// <summary>
/// <c>dispatch [messages]</c>: derives queues and index from a log of 1 KiB messages with tag, key and unique key over 64 queues;
/// messages/s and bytes allocated per message, with and without the index.
/// </summary>
internal static class DispatchBenchmark
{
    private const int QueueCount = 64;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var messages = arguments is [var text, ..] ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 300_000;
        var directory = Directory.CreateTempSubdirectory("rocketeer-bench-").FullName;
        try
        {
            var options = new StoreOptions { RootDirectory = directory, CommitLogDirectory = Path.Combine(directory, "commitlog") };
            using var log = new CommitLog(options, RealDisk.Instance, new QueueOffsetTable(), TimeProvider.System, NullLogger.Instance);
            log.Start();
            Fill(log, messages);
            Measure("queues", options, log, messages, withIndex: false);
            Directory.Delete(Path.Combine(directory, "consumequeue"), recursive: true);
            Measure("queues and index", options, log, messages, withIndex: true);
            await log.StopAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Fill(CommitLog log, int messages)
    {
        var body = new byte[1024];
        for (var i = 0; i < messages; i++)
        {
            var properties = Encoding.UTF8.GetBytes($"KEYS\u0001order-{i}\u0002UNIQ_KEY\u0001C0A80001000018B4AAC2{i:X12}\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002");
            var put = log.Append(new MessageToStore { Topic = "BenchmarkTest", QueueId = i % QueueCount, Body = body, Properties = properties });
            if (put.Status != PutStatus.Ok)
            {
                throw new InvalidOperationException($"Message {i} was not appended: {put.Status}.");
            }
        }
    }

    private static void Measure(string what, StoreOptions options, CommitLog log, int messages, bool withIndex)
    {
        using var queues = new ConsumeQueueSet(new QueueStorage(options, RealDisk.Instance, NullLogger.Instance));
        using var index = new MessageIndex(options, RealDisk.Instance, TimeProvider.System, NullLogger.Instance);
        IDispatchTarget[] targets = withIndex ? [queues, index] : [queues];
        var dispatcher = new CommitLogDispatcher(
            log, targets, [], DelayLevels.Parse(options.MessageDelayLevel), new StoreRole(isMaster: true), NullLogger.Instance);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        dispatcher.CatchUp(0);
        var elapsed = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(
            $"dispatch, {what,-16}  {messages / elapsed.TotalSeconds,12:N0} messages/s  {cpu.TotalNanoseconds / messages,8:N0} ns CPU each  "
            + $"{(double)allocated / messages:N3} B allocated per message");
    }
}
