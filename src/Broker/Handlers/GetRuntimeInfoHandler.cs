using System.Globalization;
using Rocketeer.Broker.Statistics;
using Rocketeer.Hosting;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using static Rocketeer.Broker.Statistics.ThroughputSeries;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// GET_BROKER_RUNTIME_INFO 28: every key that the original's tools and dashboards read. Sends and pulls wait in no queue here, so the
/// sizes and waiting times of theirs are always 0.
/// </summary>
internal sealed class GetRuntimeInfoHandler(BrokerContext broker) : ImmediateHandler
{
    private readonly string _delayOffsets = Path.Combine(broker.Options.Store.ConfigDirectory, "delayOffset.json");

    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        AddVersion(table);
        AddTraffic(table);
        AddStore(table);
        AddQueues(table);
        return Answer.Json(new KVTable { Table = table });
    }

    private static void AddVersion(Dictionary<string, string> table)
    {
        table["brokerVersionDesc"] = MqVersion.CurrentName;
        table["brokerVersion"] = Text(MqVersion.Current);
    }

    private void AddTraffic(Dictionary<string, string> table)
    {
        var statistics = broker.Statistics;
        var days = statistics.Days;
        var up = broker.Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(statistics.BootTimestamp);
        table["bootTimestamp"] = Text(statistics.BootTimestamp);
        table["runtime"] = string.Create(
            CultureInfo.InvariantCulture, $"[ {up.Days:N0} days, {up.Hours} hours, {up.Minutes} minutes, {up.Seconds} seconds ]");
        table["putMessageEntireTimeMax"] = Text(statistics.PutLatency.MaximumMilliseconds);
        table["putMessageTimesTotal"] = Text(Math.Max(1, statistics.PutTotal));
        table["putMessageSizeTotal"] = Text(statistics.PutBytesTotal);
        table["putMessageDistributeTime"] = statistics.PutLatency.ToString();
        table["putMessageAverageSize"] = JavaNumbers.Text((double)statistics.PutBytesTotal / Math.Max(1, statistics.PutTotal));
        table["getMessageEntireTimeMax"] = "0";
        table["putTps"] = statistics.Throughput.Describe(Figure.Put);
        table["getFoundTps"] = statistics.Throughput.Describe(Figure.Found);
        table["getMissTps"] = statistics.Throughput.Describe(Figure.Missed);
        table["getTotalTps"] = statistics.Throughput.Describe(Figure.Pulls);
        table["getTransferedTps"] = statistics.Throughput.Describe(Figure.Transferred);
        table["msgPutTotalYesterdayMorning"] = Text(days.PutYesterday);
        table["msgPutTotalTodayMorning"] = Text(days.PutToday);
        table["msgPutTotalTodayNow"] = Text(statistics.PutTotal);
        table["msgGetTotalYesterdayMorning"] = Text(days.GetYesterday);
        table["msgGetTotalTodayMorning"] = Text(days.GetToday);
        table["msgGetTotalTodayNow"] = Text(statistics.TransferredTotal);
    }

    private void AddStore(Dictionary<string, string> table)
    {
        var store = broker.Store;
        var settings = broker.Options.Store;
        table["dispatchMaxBuffer"] = "0";
        table["dispatchBehindBytes"] = Text(store.DispatchBehindBytes);
        table["commitLogMinOffset"] = Text(store.CommitLogMinOffset);
        table["commitLogMaxOffset"] = Text(store.CommitLogMaxOffset);
        table["commitLogDiskRatio"] = JavaNumbers.Text(UsedRatio(settings.CommitLogDirectory));
        table["consumeQueueDiskRatio"] = JavaNumbers.Text(UsedRatio(settings.StorePathRootDir));
        table["pageCacheLockTimeMills"] = "0";
        table["earliestMessageTimeStamp"] = Text(store.EarliestStoreTimestamp());
        table["startAcceptSendRequestTimeStamp"] = Text(broker.Options.StartAcceptSendRequestTimeStamp);
        table["remainTransientStoreBufferNumbs"] = Text(int.MaxValue);
        table["remainHowManyDataToFlush"] = ByteSize.Text(0);
        var disk = new DriveInfo(settings.StorePathRootDir);
        table["commitLogDirCapacity"] = $"Total : {ByteSize.Text(disk.TotalSize)}, Free : {ByteSize.Text(disk.TotalFreeSpace)}.";

        var delays = AtomicFile.Read(_delayOffsets, bytes => BodyJson.Deserialize<DelayOffsetTable>(bytes)).Value;
        foreach (var (level, offset) in delays?.OffsetTable ?? [])
        {
            table[$"scheduleMessageOffset_{Text(level)}"] = $"{Text(offset)},{Text(store.MaxOffset(TopicNames.Schedule, level - 1))}";
        }
    }

    private void AddQueues(Dictionary<string, string> table)
    {
        var options = broker.Options;
        table["sendThreadPoolQueueSize"] = "0";
        table["sendThreadPoolQueueCapacity"] = Text(options.SendThreadPoolQueueCapacity);
        table["pullThreadPoolQueueSize"] = "0";
        table["pullThreadPoolQueueCapacity"] = Text(options.PullThreadPoolQueueCapacity);
        table["queryThreadPoolQueueSize"] = Text(broker.Queues.Query.Waiting);
        table["queryThreadPoolQueueCapacity"] = Text(options.QueryThreadPoolQueueCapacity);
        table["EndTransactionQueueSize"] = "0";
        table["EndTransactionThreadPoolQueueCapacity"] = Text(options.EndTransactionPoolQueueCapacity);
        table["sendThreadPoolQueueHeadWaitTimeMills"] = "0";
        table["pullThreadPoolQueueHeadWaitTimeMills"] = "0";
        table["queryThreadPoolQueueHeadWaitTimeMills"] = "0";
    }

    private static double UsedRatio(string directory)
    {
        var disk = new DriveInfo(directory);
        return disk.TotalSize > 0 ? (double)(disk.TotalSize - disk.TotalFreeSpace) / disk.TotalSize : -1;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
