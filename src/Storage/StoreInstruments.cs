using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rocketeer.Storage;

/// <summary>What the store measures of itself; the process decides who listens.</summary>
internal sealed class StoreInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Rocketeer.Storage";

    private readonly Meter _meter = new(MeterName);
    private readonly TimeProvider _clock;
    private readonly Histogram<double> _flushDuration;
    private readonly Counter<long> _flushedBytes;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _messageBytes;
    private readonly Counter<long> _refused;

    /// <summary>Creates the instruments of one store.</summary>
    /// <param name="clock">Clock of durations.</param>
    public StoreInstruments(TimeProvider clock)
    {
        _clock = clock;
        _flushDuration = _meter.CreateHistogram<double>("rocketeer.store.flush.duration", "ms", "Time of one flush of the commit log");
        _flushedBytes = _meter.CreateCounter<long>("rocketeer.store.flush", "By", "Bytes of the commit log made durable");
        _messages = _meter.CreateCounter<long>("rocketeer.store.put.messages", "{message}", "Messages appended");
        _messageBytes = _meter.CreateCounter<long>("rocketeer.store.put", "By", "Bytes appended");
        _refused = _meter.CreateCounter<long>("rocketeer.store.put.refused", "{message}", "Messages not stored, by reason");
    }

    /// <summary>Begin of a measurement.</summary>
    public long Now => _clock.GetTimestamp();

    /// <summary>Publishes a value that is asked for when somebody looks.</summary>
    public void Observe(string name, string unit, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, value, unit, description);

    /// <summary>The commit log was flushed.</summary>
    public void Flushed(long start, long bytes)
    {
        _flushDuration.Record(_clock.GetElapsedTime(start).TotalMilliseconds);
        _flushedBytes.Add(bytes);
    }

    /// <summary>Messages were appended.</summary>
    public void Appended(int messages, int bytes)
    {
        _messages.Add(messages);
        _messageBytes.Add(bytes);
    }

    /// <summary>A message was not stored.</summary>
    public void Refused(PutStatus status)
    {
        if (_refused.Enabled)
        {
            _refused.Add(1, new TagList { { "reason", status.ToString() } });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
