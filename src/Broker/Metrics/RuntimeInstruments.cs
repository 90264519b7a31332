using System.Diagnostics.Metrics;
using Rocketeer.Broker.Handlers;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Broker.Metrics;

/// <summary>The family <c>rocketmq_brokeruntime_*</c> of rocketmq-exporter: the runtime information (request 28) as gauges.</summary>
internal sealed class RuntimeInstruments(Meter meter, BrokerContext broker)
{
    private static readonly string[] LatencyBuckets =
    [
        "0ms", "0to10ms", "10to50ms", "50to100ms", "100to200ms", "200to500ms", "500to1s", "1to2s", "2to3s", "3to4s", "4to5s", "5to10s", "10stomore",
    ];

    /// <summary>Creates them.</summary>
    public void AddAll()
    {
        AddTotals();
        AddStore();
        AddRates();
        AddQueues();
        for (var i = 0; i < LatencyBuckets.Length; i++)
        {
            var bucket = i;
            Gauge($"pmdt_{LatencyBuckets[i]}", () => broker.Store.Statistics.PutsIn(bucket), "Appends of the last minute at most that took so long");
        }
    }

    private void AddTotals()
    {
        var statistics = broker.Statistics;
        Gauge("msg_put_total_today_now", () => statistics.PutTotal, "Messages stored since the start");
        Gauge("msg_gettotal_today_now", () => statistics.TransferredTotal, "Messages sent to consumers since the start");
        Gauge("msg_puttotal_todaymorning", () => statistics.Days.PutToday, "Messages stored until the last midnight");
        Gauge("msg_puttotal_yesterdaymorning", () => statistics.Days.PutYesterday, "Messages stored until the midnight before");
        Gauge("msg_gettotal_todaymorning", () => statistics.Days.GetToday, "Messages sent to consumers until the last midnight");
        Gauge("msg_gettotal_yesterdaymorning", () => statistics.Days.GetYesterday, "Messages sent to consumers until the midnight before");
    }

    private void AddStore()
    {
        var store = broker.Store;
        var statistics = store.Statistics;
        Gauge("dispatch_behind_bytes", () => store.DispatchBehindBytes, "Bytes stored but not yet in the queues");
        Gauge("dispatch_maxbuffer", () => 0, "Always 0, as in the original");
        Gauge("put_message_size_total", () => statistics.PutBytes, "Bytes stored since the start");
        Gauge("put_message_average_size", () => statistics.PutAverageBytes, "Bytes of a message, on average");
        Gauge("putmessage_times_total", () => Math.Max(1, statistics.PutMessages), "Messages stored since the start, at least 1");
        Gauge("putmessage_entire_time_max", () => statistics.PutMaxMilliseconds, "Longest append since the start, in milliseconds");
        Gauge("getmessage_entire_time_max", () => statistics.GetMaxMilliseconds, "Longest read since the start, in milliseconds");
        Gauge("pagecache_lock_time_mills", () => store.AppendingForMilliseconds, "How long the append under way has taken, in milliseconds");
        Gauge("earliest_message_timestamp", () => store.EarliestStoreTimestamp(), "Store time of the oldest message, milliseconds since 1970");
        Gauge("start_accept_sendrequest_time", () => broker.Options.StartAcceptSendRequestTimeStamp, "Sends are refused before, milliseconds since 1970");
        Gauge("remain_transientstore_buffer_numbs", () => int.MaxValue, "There is no transient pool, so there is no limit");
        Gauge("remain_howmanydata_toflush", () => store.CommitLogMaxOffset - store.CommitLogFlushedOffset, "Bytes stored but not yet on the disk");
        Gauge("commitlog_maxoffset", () => store.CommitLogMaxOffset, "End of the commit log");
        Gauge("commitlog_minoffset", () => store.CommitLogMinOffset, "Begin of the commit log");
        Gauge("commitlog_disk_ratio", () => store.CommitLogDiskRatio, "Used fraction of the commit log's partition");
        Gauge("consumequeue_disk_ratio", () => store.ConsumeQueueDiskRatio, "Used fraction of the partition of queues and index");
        Gauge("commitlogdir_capacity_total", () => Disk().TotalSize, "Bytes of the store's partition");
        Gauge("commitlogdir_capacity_free", () => Disk().TotalFreeSpace, "Free bytes of the store's partition");
    }

    private void AddRates()
    {
        var statistics = broker.Store.Statistics;
        foreach (var seconds in (int[])[10, 60, 600])
        {
            Gauge($"put_tps{seconds}", () => statistics.PutPerSecond(seconds), $"Messages stored per second, over {seconds} s");
            Gauge($"getfound_tps{seconds}", () => statistics.GetFoundPerSecond(seconds), $"Reads with a result per second, over {seconds} s");
            Gauge($"getmiss_tps{seconds}", () => statistics.GetMissPerSecond(seconds), $"Reads without a result per second, over {seconds} s");
            Gauge($"gettotal_tps{seconds}", () => statistics.GetTotalPerSecond(seconds), $"Reads per second, over {seconds} s");
            Gauge($"gettransfered_tps{seconds}", () => statistics.TransferredPerSecond(seconds), $"Messages read per second, over {seconds} s");
        }
    }

    private void AddQueues()
    {
        var (options, queues) = (broker.Options, broker.Queues);
        Gauge("send_threadpool_queue_size", () => GetRuntimeInfoHandler.WaitingSends(broker), "Sends that wait for a disk or a replica, and messages given back that wait");
        Gauge("send_threadpoolqueue_capacity", () => options.SendThreadPoolQueueCapacity, "Their bound");
        Gauge("send_threadpoolqueue_headwait_timemills", () => GetRuntimeInfoHandler.SendHeadWait(broker).TotalMilliseconds, "How long the first of them has waited");
        Gauge("pull_threadpoolqueue_size", () => 0, "Pulls wait in no queue");
        Gauge("pull_threadpoolqueue_capacity", () => options.PullThreadPoolQueueCapacity, "Pulls that are held at most");
        Gauge("pull_threadpoolqueue_headwait_timemills", () => 0, "Pulls wait in no queue");
        Gauge("query_threadpoolqueue_size", () => queues.Query.Waiting, "Queries that wait");
        Gauge("query_threadpool_queue_capacity", () => queues.Query.Capacity, "Their bound");
        Gauge("query_threadpoolqueue_headwait_timemills", () => queues.Query.HeadWait.TotalMilliseconds, "How long the first of them has waited");
    }

    private DriveInfo Disk() => new(broker.Options.Store.StorePathRootDir);

    private void Gauge(string name, Func<double> value, string description) => meter.CreateObservableGauge(
        $"rocketmq.brokeruntime_{name}", () => new Measurement<double>(value(), Labels()), unit: null, description);

    private KeyValuePair<string, object?>[] Labels() =>
    [
        new("cluster", broker.Identity.ClusterName),
        new("brokerIP", broker.Identity.Address),
        new("brokerHost", broker.Identity.Name),
        new("des", MqVersion.CurrentName),
        new("boottime", broker.Statistics.BootTimestamp),
        new("broker_version", MqVersion.Current),
    ];
}
