using System.Collections.Frozen;

namespace Rocketeer.Broker.Statistics;

/// <summary>
/// What this broker counted: the original's item tables, its rates and its daily totals (reference: broker.md section 17, store.md
/// section 20). The hot handlers call the Record methods, which add to a few counters and allocate nothing for a known item.
/// </summary>
internal sealed class BrokerStatistics : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly StatsKey _cluster;
    private readonly FrozenDictionary<string, StatsTable> _tables;
    private readonly List<ITimer> _timers = [];
    private long _put;
    private long _putBytes;
    private long _pullsFound;
    private long _pullsMissed;
    private long _transferred;
    private DailyTotals _days = new(0, 0, 0, 0);
    private DateOnly _today;
    private int _seconds;

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
        BootTimestamp = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _today = Today();
    }

    /// <summary>When the broker started, milliseconds since 1970.</summary>
    public long BootTimestamp { get; }

    /// <summary>Latency of appends.</summary>
    public PutLatency PutLatency { get; } = new();

    /// <summary>Rates of the last ten minutes.</summary>
    public ThroughputSeries Throughput { get; } = new();

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

    private StatsTable TopicPutNums { get; }

    private StatsTable TopicPutSize { get; }

    private StatsTable GroupGetSize { get; }

    private StatsTable GroupGetLatency { get; }

    private StatsTable SendBackPutNums { get; }

    private StatsTable BrokerPutNums { get; }

    private StatsTable BrokerGetNums { get; }

    /// <summary>A table by the original's name, or <see langword="null"/>.</summary>
    public StatsTable? Find(string name) => _tables.GetValueOrDefault(name);

    /// <summary>An append: one message, or one batch.</summary>
    /// <param name="topic">Topic it was stored under.</param>
    /// <param name="messages">Messages stored.</param>
    /// <param name="bytes">Bytes of the records.</param>
    /// <param name="milliseconds">How long the append took.</param>
    public void RecordPut(string topic, int messages, int bytes, long milliseconds)
    {
        Interlocked.Add(ref _put, messages);
        Interlocked.Add(ref _putBytes, bytes);
        PutLatency.Add(milliseconds);
        TopicPutNums.Add(new StatsKey(topic), messages);
        TopicPutSize.Add(new StatsKey(topic), bytes);
        BrokerPutNums.Add(_cluster, messages);
    }

    /// <summary>A pull that found messages.</summary>
    public void RecordPull(string topic, string group, int messages, int bytes)
    {
        Interlocked.Increment(ref _pullsFound);
        Interlocked.Add(ref _transferred, messages);
        var key = new StatsKey(topic, group);
        GroupGetNums.Add(key, messages);
        GroupGetSize.Add(key, bytes);
        BrokerGetNums.Add(_cluster, messages);
    }

    /// <summary>A pull that found nothing.</summary>
    public void RecordPullMiss() => Interlocked.Increment(ref _pullsMissed);

    /// <summary>How long the copy of a pull's messages took.</summary>
    public void RecordPullLatency(string topic, string group, int queueId, long milliseconds) =>
        GroupGetLatency.Add(new StatsKey(topic, group, queueId), milliseconds);

    /// <summary>A message that a consumer gave back.</summary>
    public void RecordSendBack(string topic, string group) => SendBackPutNums.Add(new StatsKey(topic, group), 1);

    /// <summary>Forgets a deleted topic.</summary>
    public void ForgetTopic(string topic) => Forget(topic, null);

    /// <summary>Forgets a deleted group.</summary>
    public void ForgetGroup(string group) => Forget(null, group);

    /// <summary>Begins to take samples.</summary>
    public void Start() =>
        _timers.Add(_clock.CreateTimer(_ => EverySecond(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));

    /// <inheritdoc/>
    public void Dispose() => _timers.ForEach(timer => timer.Dispose());

    private void EverySecond()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        Throughput.Add(new ThroughputSeries.Sample(
            now, PutTotal, Volatile.Read(ref _pullsFound), Volatile.Read(ref _pullsMissed), TransferredTotal));
        var second = Interlocked.Increment(ref _seconds);
        if (second % 10 == 1)
        {
            var periods = SamplePeriods.TenSeconds
                | (second % 600 == 1 ? SamplePeriods.TenMinutes : 0)
                | (second % 3600 == 1 ? SamplePeriods.Hour : 0);
            foreach (var (_, table) in _tables)
            {
                table.Sample(now, periods);
            }
        }

        if (second % 60 == 0)
        {
            PutLatency.Reset();
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
    }

    private DateOnly Today() => DateOnly.FromDateTime(_clock.GetLocalNow().DateTime);

    /// <summary>Totals since the start, as they were at midnight.</summary>
    /// <param name="PutYesterday">Messages stored at the midnight before the last.</param>
    /// <param name="PutToday">Messages stored at the last midnight.</param>
    /// <param name="GetYesterday">Messages delivered at the midnight before the last.</param>
    /// <param name="GetToday">Messages delivered at the last midnight.</param>
    internal sealed record DailyTotals(long PutYesterday, long PutToday, long GetYesterday, long GetToday);
}
