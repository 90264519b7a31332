namespace Rocketeer.DevCluster.Work;

/// <summary>
/// Remembers which messages of a run were acknowledged and how often each arrived, so that the run can be checked message by message.
/// Thread-safe.
/// </summary>
internal sealed class DeliveryLedger
{
    private readonly Lock _lock = new();
    private readonly HashSet<long> _acknowledged = [];
    private readonly Dictionary<long, int> _arrivals = [];
    private readonly List<double> _latencies = [];

    /// <summary>Latencies kept for the percentiles; more than this and the oldest make room.</summary>
    private const int MostLatencies = 100_000;

    public long Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged.Count;
            }
        }
    }

    /// <summary>Different messages that arrived.</summary>
    public long Arrived
    {
        get
        {
            lock (_lock)
            {
                return _arrivals.Count;
            }
        }
    }

    /// <summary>Arrivals beyond the first of each message.</summary>
    public long Repeated
    {
        get
        {
            lock (_lock)
            {
                return _arrivals.Values.Sum(times => times - 1L);
            }
        }
    }

    /// <summary>Messages that were acknowledged and did not arrive.</summary>
    public long Missing
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged.Count(number => !_arrivals.ContainsKey(number));
            }
        }
    }

    public void Acknowledge(long number)
    {
        lock (_lock)
        {
            _acknowledged.Add(number);
        }
    }

    public void Arrive(long number, TimeSpan latency)
    {
        lock (_lock)
        {
            _arrivals[number] = _arrivals.GetValueOrDefault(number) + 1;
            if (_latencies.Count == MostLatencies)
            {
                _latencies.RemoveRange(0, MostLatencies / 2);
            }

            _latencies.Add(latency.TotalMilliseconds);
        }
    }

    /// <summary>A percentile of the time from send to arrival, in milliseconds; 0 before the first arrival.</summary>
    public double LatencyPercentile(double percent)
    {
        lock (_lock)
        {
            if (_latencies.Count == 0)
            {
                return 0;
            }

            var sorted = _latencies.Order().ToArray();
            return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * percent / 100))];
        }
    }
}
