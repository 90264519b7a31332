using System.Diagnostics.Metrics;

namespace Rocketeer.Broker.Metrics;

/// <summary>How long sends take and how large messages are. Costs nothing while nobody listens. Thread-safe.</summary>
internal sealed class SendHistograms : IDisposable
{
    private static readonly InstrumentAdvice<double> Milliseconds = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000],
    };

    private static readonly InstrumentAdvice<long> Bytes = new()
    {
        HistogramBucketBoundaries = [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304],
    };

    private readonly Meter _meter = new(BrokerInstruments.MeterName);
    private readonly TimeProvider _clock;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _size;

    public SendHistograms(TimeProvider clock)
    {
        _clock = clock;
        _duration = _meter.CreateHistogram(
            "rocketeer.broker.send.duration", "ms", "Time from the arrival of a send to its answer, waits for disk and replica included",
            tags: null, Milliseconds);
        _size = _meter.CreateHistogram("rocketeer.broker.message.size", "By", "Size of the body of a send", tags: null, Bytes);
    }

    /// <summary>A send begins.</summary>
    /// <returns>What <see cref="Ends"/> wants to have; 0 while nobody listens.</returns>
    public long Begins(int bodyBytes)
    {
        if (!_duration.Enabled)
        {
            return 0;
        }

        _size.Record(bodyBytes);
        return _clock.GetTimestamp();
    }

    /// <summary>A send is answered.</summary>
    public void Ends(long begin)
    {
        if (begin != 0)
        {
            _duration.Record(_clock.GetElapsedTime(begin).TotalMilliseconds);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
