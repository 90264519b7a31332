using System.Globalization;

namespace Rocketeer.Broker.Statistics;

/// <summary>One sample per second of the broker's totals, and the rates over the last 10, 60 and 600 of them. Thread-safe.</summary>
internal sealed class ThroughputSeries
{
    private const int Kept = 601;
    private static readonly int[] Windows = [10, 60, 600];
    private readonly Lock _lock = new();
    private readonly Sample[] _ring = new Sample[Kept];
    private long _taken;

    /// <summary>What a rate is taken of.</summary>
    internal enum Figure
    {
        /// <summary>Messages stored.</summary>
        Put,

        /// <summary>Pulls that found something.</summary>
        Found,

        /// <summary>Pulls that found nothing.</summary>
        Missed,

        /// <summary>Pulls.</summary>
        Pulls,

        /// <summary>Messages sent to consumers.</summary>
        Transferred,
    }

    /// <summary>Adds the sample of this second.</summary>
    public void Add(in Sample sample)
    {
        lock (_lock)
        {
            _ring[_taken++ % Kept] = sample;
        }
    }

    /// <summary>The newest rate over ten seconds (or as many as there are), per second.</summary>
    public double Recent(Figure figure)
    {
        lock (_lock)
        {
            var span = (int)Math.Min(10, _taken - 1);
            return span > 0 ? Rate(figure, span) : 0;
        }
    }

    /// <summary>The original's text: the rates of the windows that are complete, a space behind each.</summary>
    public string Describe(Figure figure)
    {
        lock (_lock)
        {
            return string.Join(' ', Windows.Select(
                window => _taken > window ? JavaNumbers.Text(Rate(figure, window)) : figure == Figure.Pulls ? "0.0" : ""));
        }
    }

    private double Rate(Figure figure, int samplesBack)
    {
        var last = _ring[(_taken - 1) % Kept];
        var first = _ring[(_taken - 1 - samplesBack) % Kept];
        var milliseconds = last.At - first.At;
        return milliseconds <= 0 ? 0 : (Pick(last, figure) - Pick(first, figure)) * 1000.0 / milliseconds;
    }

    private static long Pick(in Sample sample, Figure figure) => figure switch
    {
        Figure.Put => sample.Put,
        Figure.Found => sample.Found,
        Figure.Missed => sample.Missed,
        Figure.Pulls => sample.Found + sample.Missed,
        _ => sample.Transferred,
    };

    /// <summary>The totals at one moment.</summary>
    /// <param name="At">Milliseconds since 1970.</param>
    /// <param name="Put">Messages stored.</param>
    /// <param name="Found">Pulls that found something.</param>
    /// <param name="Missed">Pulls that found nothing.</param>
    /// <param name="Transferred">Messages sent to consumers.</param>
    internal readonly record struct Sample(long At, long Put, long Found, long Missed, long Transferred);
}

/// <summary>Numbers as Java prints them.</summary>
internal static class JavaNumbers
{
    /// <summary>A double always has a fraction: <c>0.0</c>.</summary>
    public static string Text(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') || !double.IsFinite(value) ? text : text + ".0";
    }
}
