using System.Globalization;
using System.Text;

namespace Rocketeer.Broker.Statistics;

/// <summary>How long appends took: the original's 13 buckets, begun anew every minute. Counting is one interlocked add.</summary>
internal sealed class PutLatency
{
    private static readonly long[] UpperMilliseconds = [0, 10, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 10_000];
    private static readonly string[] Names =
    [
        "[<=0ms]", "[0~10ms]", "[10~50ms]", "[50~100ms]", "[100~200ms]", "[200~500ms]", "[500ms~1s]", "[1~2s]", "[2~3s]", "[3~4s]",
        "[4~5s]", "[5~10s]", "[10s~]",
    ];

    private long[] _counts = new long[Names.Length];
    private long _maximum;

    /// <summary>The longest append since the start, in milliseconds.</summary>
    public long MaximumMilliseconds => Volatile.Read(ref _maximum);

    /// <summary>Counts one append.</summary>
    public void Add(long milliseconds)
    {
        var bucket = 0;
        while (bucket < UpperMilliseconds.Length && milliseconds > UpperMilliseconds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref Volatile.Read(ref _counts)[bucket]);
        var maximum = Volatile.Read(ref _maximum);
        while (milliseconds > maximum)
        {
            var seen = Interlocked.CompareExchange(ref _maximum, milliseconds, maximum);
            if (seen == maximum)
            {
                break;
            }

            maximum = seen;
        }
    }

    /// <summary>Begins a new minute.</summary>
    public void Reset() => Volatile.Write(ref _counts, new long[Names.Length]);

    /// <summary>The original's text form.</summary>
    public override string ToString()
    {
        var counts = Volatile.Read(ref _counts);
        var text = new StringBuilder();
        for (var i = 0; i < Names.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Names[i]}:{Volatile.Read(ref counts[i])} ");
        }

        return text.ToString();
    }
}
