using System.Collections.Frozen;
using Rocketeer.Broker.Metrics;

namespace Rocketeer.Broker.Statistics;

/// <summary>
/// What this broker counted: the original's item tables and its daily totals (reference: broker.md section 17). The hot handlers call the
/// Record methods, which add to a few counters and allocate nothing for a known item. Rates and latencies are the store's.
/// </summary>
internal sealed class BrokerStatistics : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly StatsKey _cluster;
    private readonly FrozenDictionary<string, StatsTable> _tables;
    private readonly LastValues _fallSizes = new();
    private readonly LastValues _fallTimes = new();
    private ITimer? _timer;
    private long _put;
    private long _putBytes;
    private long _transferred;
    private DailyTotals _days = new(0, 0, 0, 0);
    private DateOnly _today;
    private int _rounds;

    /// <summary>Creates the tables; nothing is sampled before <see cref="Start"/>.</summary>
    /// <param name="clusterName">Key of the broker-wide items.</param>
    /// <param name="clock">Clock of the samples; its local time zone says when a day ends.</param>
    public BrokerStatistics(string clusterName, TimeProvider clock)
    {
        _clock = clock;
        _cluster = new StatsKey(clusterName);
        _tables = StatsNames.All.ToFrozenDictionary(name => name, _ => new StatsTable(), StringComparer.Ordinal);
        TopicPutNums = _tables[StatsNames.TopicPutNums];
        TopicPutSize = _tables[StatsNames.TopicPutSize];
        GroupGetNums = _tables[StatsNames.GroupGetNums];
        GroupGetSize = _tables[StatsNames.GroupGetSize];
        GroupGetLatency = _tables[StatsNames.GroupGetLatency];
        SendBackPutNums = _tables[StatsNames.SendBackPutNums];
        BrokerPutNums = _tables[StatsNames.BrokerPutNums];
        BrokerGetNums = _tables[StatsNames.BrokerGetNums];
        GroupGetFromDiskNums = _tables[StatsNames.GroupGetFromDiskNums];
        GroupGetFromDiskSize = _tables[StatsNames.GroupGetFromDiskSize];
        BrokerGetFromDiskNums = _tables[StatsNames.BrokerGetFromDiskNums];
        BrokerGetFromDiskSize = _tables[StatsNames.BrokerGetFromDiskSize];
        Sends = new SendHistograms(clock);
        BootTimestamp = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _today = Today();
    }

    /// <summary>How long sends take.</summary>
    public SendHistograms Sends { get; }

    /// <summary>When the broker started, milliseconds since 1970.</summary>
    public long BootTimestamp { get; }

    /// <summary>Messages stored.</summary>
    public long PutTotal => Volatile.Read(ref _put);

    /// <summary>Bytes stored.</summary>
    public long PutBytesTotal => Volatile.Read(ref _putBytes);

    /// <summary>Messages sent to consumers.</summary>
    public long TransferredTotal => Volatile.Read(ref _transferred);

    /// <summary>Totals at the last two midnights.</summary>
    public DailyTotals Days => Volatile.Read(ref _days);

    /// <summary>Messages per topic and group, as read by consumers.</summary>
    public StatsTable GroupGetNums { get; }

    /// <summary>Messages per topic, as stored.</summary>
    public StatsTable TopicPutNums { get; }

    /// <summary>Bytes per topic, as stored.</summary>
    public StatsTable TopicPutSize { get; }

    /// <summary>Bytes per topic and group, as read by consumers.</summary>
    public StatsTable GroupGetSize { get; }

    /// <summary>Messages per topic and group that consumers gave back.</summary>
    public StatsTable SendBackPutNums { get; }

    /// <summary>Messages stored by this broker.</summary>
    public StatsTable BrokerPutNums { get; }

    /// <summary>Messages read from this broker.</summary>
    public StatsTable BrokerGetNums { get; }

    private StatsTable GroupGetLatency { get; }

    private StatsTable GroupGetFromDiskNums { get; }

    private StatsTable GroupGetFromDiskSize { get; }

    private StatsTable BrokerGetFromDiskNums { get; }

    private StatsTable BrokerGetFromDiskSize { get; }

    /// <summary>A table by the original's name, or <see langword="null"/>.</summary>
    public StatsTable? Find(string name) => _tables.GetValueOrDefault(name);

    /// <summary>An append: one message, or one batch.</summary>
    /// <param name="topic">Topic it was stored under.</param>
    /// <param name="messages">Messages stored.</param>
    /// <param name="bytes">Bytes of the records.</param>
    public void RecordPut(string topic, int messages, int bytes)
    {
        Interlocked.Add(ref _put, messages);
        Interlocked.Add(ref _putBytes, bytes);
        TopicPutNums.Add(new StatsKey(topic), messages);
        TopicPutSize.Add(new StatsKey(topic), bytes);
        BrokerPutNums.Add(_cluster, messages, times: 0);
    }

    /// <summary>A pull that found messages.</summary>
    public void RecordPull(string topic, string group, int messages, int bytes)
    {
        Interlocked.Add(ref _transferred, messages);
        var key = new StatsKey(topic, group);
        GroupGetNums.Add(key, messages);
        GroupGetSize.Add(key, bytes);
        BrokerGetNums.Add(_cluster, messages, times: 0);
    }

    /// <summary>The messages of a pull were so old that they most likely came from the disk.</summary>
    public void RecordPullFromDisk(string topic, string group, int messages, int bytes)
    {
        var key = new StatsKey(topic, group);
        GroupGetFromDiskNums.Add(key, messages);
        GroupGetFromDiskSize.Add(key, bytes);
        BrokerGetFromDiskNums.Add(_cluster, messages, times: 0);
        BrokerGetFromDiskSize.Add(_cluster, bytes, times: 0);
    }

    /// <summary>How far behind a pull read.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Group.</param>
    /// <param name="queueId">Queue.</param>
    /// <param name="bytes">Bytes of the log behind what was read.</param>
    /// <param name="storeTimestamp">Store time of the last message read, milliseconds since 1970.</param>
    public void RecordFall(string topic, string group, int queueId, long bytes, long storeTimestamp)
    {
        var key = new StatsKey(topic, group, queueId);
        _fallSizes.Set(key, bytes);
        _fallTimes.Set(key, Math.Max(0, _clock.GetUtcNow().ToUnixTimeMilliseconds() - storeTimestamp));
    }

    /// <summary>GROUP_GET_FALL_SIZE: bytes that each group's last pull of a queue was behind the end of the log.</summary>
    public IReadOnlyList<(StatsKey Key, long Value)> FallSizes() => _fallSizes.All;

    /// <summary>GROUP_GET_FALL_TIME: age of the last message of each group's last pull of a queue, in milliseconds.</summary>
    public IReadOnlyList<(StatsKey Key, long Value)> FallTimes() => _fallTimes.All;

    /// <summary>The copy of a pull's messages begins; for <see cref="RecordPullLatency"/>.</summary>
    public long BeginCopy() => _clock.GetTimestamp();

    /// <summary>The copy of a pull's messages is done.</summary>
    public void RecordPullLatency(string topic, string group, int queueId, long begin) =>
        GroupGetLatency.Add(new StatsKey(topic, group, queueId), (long)_clock.GetElapsedTime(begin).TotalMilliseconds);

    /// <summary>A message that a consumer gave back.</summary>
    public void RecordSendBack(string topic, string group) => SendBackPutNums.Add(new StatsKey(topic, group), 1);

    /// <summary>Forgets a deleted topic.</summary>
    public void ForgetTopic(string topic) => Forget(topic, null);

    /// <summary>Forgets a deleted group.</summary>
    public void ForgetGroup(string group) => Forget(null, group);

    /// <summary>Begins to take samples.</summary>
    public void Start() => _timer = _clock.CreateTimer(_ => EveryTenSeconds(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        Sends.Dispose();
    }

    private void EveryTenSeconds()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var round = Interlocked.Increment(ref _rounds) - 1;
        var periods = SamplePeriods.TenSeconds | (round % 60 == 0 ? SamplePeriods.TenMinutes : 0) | (round % 360 == 0 ? SamplePeriods.Hour : 0);
        foreach (var (_, table) in _tables)
        {
            table.Sample(now, periods);
        }

        var today = Today();
        if (today != _today)
        {
            _today = today;
            var days = Days;
            Volatile.Write(ref _days, new DailyTotals(days.PutToday, PutTotal, days.GetToday, TransferredTotal));
        }
    }

    private void Forget(string? topic, string? group)
    {
        foreach (var (_, table) in _tables)
        {
            table.Forget(topic, group);
        }

        _fallSizes.Forget(topic, group);
        _fallTimes.Forget(topic, group);
    }

    private DateOnly Today() => DateOnly.FromDateTime(_clock.GetLocalNow().DateTime);

    /// <summary>Totals since the start, as they were at midnight.</summary>
    /// <param name="PutYesterday">Messages stored at the midnight before the last.</param>
    /// <param name="PutToday">Messages stored at the last midnight.</param>
    /// <param name="GetYesterday">Messages delivered at the midnight before the last.</param>
    /// <param name="GetToday">Messages delivered at the last midnight.</param>
    internal sealed record DailyTotals(long PutYesterday, long PutToday, long GetYesterday, long GetToday);
}
