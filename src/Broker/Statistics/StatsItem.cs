namespace Rocketeer.Broker.Statistics;

/// <summary>Sum, rate and average of one item over one window (reference: broker.md section 17.1).</summary>
/// <param name="Sum">What was added within the window.</param>
/// <param name="PerSecond">The same per second.</param>
/// <param name="Average">The same per event.</param>
internal readonly record struct StatsWindow(long Sum, double PerSecond, double Average);

/// <summary>A counter that remembers its last minute, hour and day. Adding is two interlocked adds; thread-safe.</summary>
internal sealed class StatsItem
{
    private readonly Lock _lock = new();
    private readonly Samples _minute = new(7); // every 10 s
    private readonly Samples _hour = new(7);   // every 10 min
    private readonly Samples _day = new(25);   // every hour
    private long _value;
    private long _times;

    /// <summary>Everything added since the start.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>Counts one event.</summary>
    /// <param name="value">What it is worth.</param>
    /// <param name="times">How many events it stands for in the average.</param>
    public void Add(long value, long times = 1)
    {
        Interlocked.Add(ref _value, value);
        Interlocked.Add(ref _times, times);
    }

    /// <summary>The last minute.</summary>
    public StatsWindow Minute() => Window(_minute);

    /// <summary>The last hour.</summary>
    public StatsWindow Hour() => Window(_hour);

    /// <summary>The last day.</summary>
    public StatsWindow Day() => Window(_day);

    /// <summary>True when nothing was counted for a day that it was looked at.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _day.IsFullAndUnchanged;
            }
        }
    }

    /// <summary>Takes the samples that are due.</summary>
    /// <param name="nowMilliseconds">Milliseconds since 1970.</param>
    /// <param name="periods">Which windows are due.</param>
    internal void Sample(long nowMilliseconds, SamplePeriods periods)
    {
        var sample = new Samples.Entry(nowMilliseconds, Volatile.Read(ref _value), Volatile.Read(ref _times));
        lock (_lock)
        {
            if ((periods & SamplePeriods.TenSeconds) != 0)
            {
                _minute.Add(sample);
            }

            if ((periods & SamplePeriods.TenMinutes) != 0)
            {
                _hour.Add(sample);
            }

            if ((periods & SamplePeriods.Hour) != 0)
            {
                _day.Add(sample);
            }
        }
    }

    private StatsWindow Window(Samples samples)
    {
        lock (_lock)
        {
            return samples.Window();
        }
    }

    /// <summary>The newest few samples.</summary>
    private sealed class Samples(int capacity)
    {
        private Entry[] _entries = [];
        private int _count;

        public bool IsFullAndUnchanged => _count == capacity && _entries[0].Times == _entries[_count - 1].Times
            && _entries[0].Value == _entries[_count - 1].Value;

        public void Add(Entry entry)
        {
            if (_count == _entries.Length && _count < capacity)
            {
                Array.Resize(ref _entries, Math.Min(capacity, _count + 7));
            }

            if (_count == capacity)
            {
                Array.Copy(_entries, 1, _entries, 0, --_count);
            }

            _entries[_count++] = entry;
        }

        public StatsWindow Window()
        {
            if (_count < 2)
            {
                return default;
            }

            var first = _entries[0];
            var last = _entries[_count - 1];
            var sum = last.Value - first.Value;
            var milliseconds = last.At - first.At;
            var times = last.Times - first.Times;
            return new StatsWindow(sum, milliseconds > 0 ? sum * 1000.0 / milliseconds : 0, times > 0 ? (double)sum / times : 0);
        }

        public readonly record struct Entry(long At, long Value, long Times);
    }
}

/// <summary>Which windows take a sample now.</summary>
[Flags]
internal enum SamplePeriods
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Feeds the minute.</summary>
    TenSeconds = 1,

    /// <summary>Feeds the hour.</summary>
    TenMinutes = 2,

    /// <summary>Feeds the day.</summary>
    Hour = 4,
}
