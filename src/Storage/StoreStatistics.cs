using System.Globalization;
using System.Text;

namespace Rocketeer.Storage;

/// <summary>
/// Counters behind the store part of a broker's runtime information (reference: store.md section 20). Thread-safe; counting costs a few
/// atomic additions and allocates nothing.
/// </summary>
public sealed class StoreStatistics
{
    private const int MaxSamples = 601; // one per second: ten minutes of windows

    private static readonly (long Below, string Name)[] Buckets =
    [
        (1, "[<=0ms]"), (10, "[0~10ms]"), (50, "[10~50ms]"), (100, "[50~100ms]"), (200, "[100~200ms]"), (500, "[200~500ms]"),
        (1000, "[500ms~1s]"), (2000, "[1~2s]"), (3000, "[2~3s]"), (4000, "[3~4s]"), (5000, "[4~5s]"), (10_000, "[5~10s]"),
        (long.MaxValue, "[10s~]"),
    ];

    private readonly long[] _distribution = new long[Buckets.Length];
    private readonly List<Sample> _samples = new(MaxSamples + 1);
    private long _putMessages;
    private long _putBytes;
    private long _putFailures;
    private long _putMaxMilliseconds;
    private long _getFound;
    private long _getMiss;
    private long _transferred;
    private long _getMaxMilliseconds;

    /// <summary>Messages appended since the start.</summary>
    public long PutMessages => Interlocked.Read(ref _putMessages);

    /// <summary>Bytes appended since the start.</summary>
    public long PutBytes => Interlocked.Read(ref _putBytes);

    /// <summary>Messages refused since the start.</summary>
    public long PutFailures => Interlocked.Read(ref _putFailures);

    /// <summary>Longest append since the start, in milliseconds.</summary>
    public long PutMaxMilliseconds => Interlocked.Read(ref _putMaxMilliseconds);

    /// <summary>Longest read since the start, in milliseconds.</summary>
    public long GetMaxMilliseconds => Interlocked.Read(ref _getMaxMilliseconds);

    /// <summary>Mean size of a message in bytes; 0 before the first.</summary>
    public double PutAverageBytes => PutMessages is > 0 and var messages ? (double)PutBytes / messages : 0;

    /// <summary>Counts an append.</summary>
    /// <param name="messages">Messages.</param>
    /// <param name="bytes">Bytes.</param>
    /// <param name="milliseconds">How long it took.</param>
    internal void Put(int messages, int bytes, long milliseconds)
    {
        Interlocked.Add(ref _putMessages, messages);
        Interlocked.Add(ref _putBytes, bytes);
        var bucket = 0;
        while (milliseconds >= Buckets[bucket].Below)
        {
            bucket++;
        }

        Interlocked.Increment(ref _distribution[bucket]);
        Raise(ref _putMaxMilliseconds, milliseconds);
    }

    /// <summary>Counts a message that was not stored.</summary>
    internal void PutFailed() => Interlocked.Increment(ref _putFailures);

    /// <summary>Counts a read.</summary>
    /// <param name="messages">Messages found; 0 for a miss.</param>
    /// <param name="milliseconds">How long it took.</param>
    internal void Get(int messages, long milliseconds)
    {
        if (messages > 0)
        {
            Interlocked.Increment(ref _getFound);
            Interlocked.Add(ref _transferred, messages);
        }
        else
        {
            Interlocked.Increment(ref _getMiss);
        }

        Raise(ref _getMaxMilliseconds, milliseconds);
    }

    /// <summary>Appends since the last reset, a minute at most ago, that took as long as a bucket says.</summary>
    /// <param name="bucket">0 to 12: below 1, 10, 50, 100, 200 and 500 ms, below 1, 2, 3, 4, 5 and 10 s, longer.</param>
    public long PutsIn(int bucket) => Interlocked.Read(ref _distribution[bucket]);

    /// <summary>Appended messages per second over the last 10, 60 or 600 seconds; 0 while there are fewer samples.</summary>
    public double PutPerSecond(int seconds) => PerSecond(static s => s.Put, seconds);

    /// <summary>Successful reads per second, as <see cref="PutPerSecond"/>.</summary>
    public double GetFoundPerSecond(int seconds) => PerSecond(static s => s.Found, seconds);

    /// <summary>Reads that found nothing per second, as <see cref="PutPerSecond"/>.</summary>
    public double GetMissPerSecond(int seconds) => PerSecond(static s => s.Miss, seconds);

    /// <summary>Reads per second, as <see cref="PutPerSecond"/>.</summary>
    public double GetTotalPerSecond(int seconds) => PerSecond(static s => s.Found + s.Miss, seconds);

    /// <summary>Messages read per second, as <see cref="PutPerSecond"/>.</summary>
    public double TransferredPerSecond(int seconds) => PerSecond(static s => s.Transferred, seconds);

    /// <summary>Appended messages per second over the last 10, 60 and 600 seconds, as <c>a b c</c>; shorter while there are fewer samples.</summary>
    public string PutTps() => Tps(static s => s.Put);

    /// <summary>Successful reads per second, in the form of <see cref="PutTps"/>.</summary>
    public string GetFoundTps() => Tps(static s => s.Found);

    /// <summary>Reads that found nothing per second, in the form of <see cref="PutTps"/>.</summary>
    public string GetMissTps() => Tps(static s => s.Miss);

    /// <summary>Reads per second, in the form of <see cref="PutTps"/>.</summary>
    public string GetTotalTps() => Tps(static s => s.Found + s.Miss);

    /// <summary>Messages read per second, in the form of <see cref="PutTps"/>.</summary>
    public string TransferredTps() => Tps(static s => s.Transferred);

    /// <summary>How long appends took since the last reset, a minute at most ago: <c>bucket:count</c>, each followed by a space.</summary>
    public string PutDistribution()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Buckets.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Buckets[i].Name}:{Interlocked.Read(ref _distribution[i])} ");
        }

        return text.ToString();
    }

    /// <summary>Takes a sample; once per second.</summary>
    internal void TakeSample(long timestampMilliseconds)
    {
        lock (_samples)
        {
            _samples.Add(new Sample(
                timestampMilliseconds,
                PutMessages,
                Interlocked.Read(ref _getFound),
                Interlocked.Read(ref _getMiss),
                Interlocked.Read(ref _transferred)));
            if (_samples.Count > MaxSamples)
            {
                _samples.RemoveAt(0);
            }
        }
    }

    /// <summary>Forgets the distribution; once per minute.</summary>
    internal void ResetDistribution() => Array.Clear(_distribution);

    private static void Raise(ref long maximum, long value)
    {
        var seen = Interlocked.Read(ref maximum);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref maximum, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private double PerSecond(Func<Sample, long> counter, int seconds)
    {
        lock (_samples)
        {
            return Rate(counter, seconds) ?? 0;
        }
    }

    private string Tps(Func<Sample, long> counter)
    {
        lock (_samples)
        {
            return $"{Over(10)} {Over(60)} {Over(600)}";
        }

        string Over(int seconds) => Rate(counter, seconds)?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    // Under the lock. Null while there are not enough samples.
    private double? Rate(Func<Sample, long> counter, int seconds)
    {
        if (_samples.Count <= seconds)
        {
            return null;
        }

        var first = _samples[_samples.Count - seconds - 1];
        var last = _samples[^1];
        var elapsed = Math.Max(1, last.Timestamp - first.Timestamp);
        return (counter(last) - counter(first)) * 1000.0 / elapsed;
    }

    private readonly record struct Sample(long Timestamp, long Put, long Found, long Miss, long Transferred);
}
