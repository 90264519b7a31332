using System.Globalization;
using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// GET_BROKER_RUNTIME_INFO 28: every key that the original's tools and dashboards read. A send that waits is one that is stored and waits
/// for a disk or a replica, or a message given back whose turn has not come. Pulls are served as they arrive, so none ever waits.
/// </summary>
internal sealed class GetRuntimeInfoHandler(BrokerContext broker) : ImmediateHandler
{
    /// <summary>Sends that wait for a disk or a replica, and messages given back that wait for their turn.</summary>
    public static int WaitingSends(BrokerContext broker) => broker.Store.WaitingForDurability + broker.Queues.SendBack.Waiting;

    /// <summary>How long the first of them has waited.</summary>
    public static TimeSpan SendHeadWait(BrokerContext broker)
    {
        var (stored, queued) = (broker.Store.DurabilityHeadWait, broker.Queues.SendBack.HeadWait);
        return stored > queued ? stored : queued;
    }

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
        var store = broker.Store.Statistics;
        table["putMessageEntireTimeMax"] = Text(store.PutMaxMilliseconds);
        table["putMessageTimesTotal"] = Text(Math.Max(1, store.PutMessages));
        table["putMessageSizeTotal"] = Text(store.PutBytes);
        table["putMessageDistributeTime"] = store.PutDistribution();
        table["putMessageAverageSize"] = JavaNumbers.Text(store.PutAverageBytes);
        table["getMessageEntireTimeMax"] = Text(store.GetMaxMilliseconds);
        table["putTps"] = store.PutTps();
        table["getFoundTps"] = store.GetFoundTps();
        table["getMissTps"] = store.GetMissTps();
        table["getTotalTps"] = store.GetTotalTps();
        table["getTransferedTps"] = store.TransferredTps();
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
        table["dispatchMaxBuffer"] = "0";
        table["dispatchBehindBytes"] = Text(store.DispatchBehindBytes);
        table["commitLogMinOffset"] = Text(store.CommitLogMinOffset);
        table["commitLogMaxOffset"] = Text(store.CommitLogMaxOffset);
        table["commitLogDiskRatio"] = JavaNumbers.Text(store.CommitLogDiskRatio);
        table["consumeQueueDiskRatio"] = JavaNumbers.Text(store.ConsumeQueueDiskRatio);
        table["pageCacheLockTimeMills"] = Text(store.AppendingForMilliseconds);
        table["earliestMessageTimeStamp"] = Text(store.EarliestStoreTimestamp());
        table["startAcceptSendRequestTimeStamp"] = Text(broker.Options.StartAcceptSendRequestTimeStamp);
        table["remainTransientStoreBufferNumbs"] = Text(int.MaxValue);
        table["remainHowManyDataToFlush"] = ByteSize.Text(store.CommitLogMaxOffset - store.CommitLogFlushedOffset);
        var disk = new DriveInfo(broker.Options.Store.StorePathRootDir);
        table["commitLogDirCapacity"] = $"Total : {ByteSize.Text(disk.TotalSize)}, Free : {ByteSize.Text(disk.TotalFreeSpace)}.";

        var delays = store.DelayOffsets();
        for (var level = 1; level <= delays.Count; level++)
        {
            var end = store.MaxOffset(TopicNames.Schedule, level - 1);
            if (end > 0 || delays[level - 1] > 0)
            {
                table[$"scheduleMessageOffset_{Text(level)}"] = $"{Text(delays[level - 1])},{Text(end)}";
            }
        }
    }

    private void AddQueues(Dictionary<string, string> table)
    {
        var options = broker.Options;
        var queues = broker.Queues;
        table["sendThreadPoolQueueSize"] = Text(WaitingSends(broker));
        table["sendThreadPoolQueueCapacity"] = Text(options.SendThreadPoolQueueCapacity);
        table["pullThreadPoolQueueSize"] = "0";
        table["pullThreadPoolQueueCapacity"] = Text(options.PullThreadPoolQueueCapacity);
        table["queryThreadPoolQueueSize"] = Text(queues.Query.Waiting);
        table["queryThreadPoolQueueCapacity"] = Text(options.QueryThreadPoolQueueCapacity);
        table["EndTransactionQueueSize"] = Text(queues.EndTransaction.Waiting);
        table["EndTransactionThreadPoolQueueCapacity"] = Text(options.Transactions.EndTransactionPoolQueueCapacity);
        table["sendThreadPoolQueueHeadWaitTimeMills"] = Wait(SendHeadWait(broker));
        table["pullThreadPoolQueueHeadWaitTimeMills"] = "0";
        table["queryThreadPoolQueueHeadWaitTimeMills"] = Wait(queues.Query.HeadWait);
    }

    private static string Wait(TimeSpan wait) => Text((long)wait.TotalMilliseconds);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
