using System.Collections.Concurrent;

namespace Rocketeer.Client.Consuming;

/// <summary>Rates of the last minute and failures of the last hour by topic, as running info (307) reports them. Thread-safe.</summary>
internal sealed class ConsumerStatistics(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, TopicFigures> _topics = new(StringComparer.Ordinal);

    /// <summary>A pull brought messages.</summary>
    public void Pulled(string topic, int messages, TimeSpan elapsed) => Of(topic).Pulled(Second(), messages, elapsed);

    /// <summary>A handler returned.</summary>
    public void Consumed(string topic, int succeeded, int failed, TimeSpan elapsed) =>
        Of(topic).Consumed(Second(), succeeded, failed, elapsed);

    /// <summary>The figures of a topic now.</summary>
    public ConsumerFigures Read(string topic) => Of(topic).Read(Second());

    private TopicFigures Of(string topic) => _topics.GetOrAdd(topic, static _ => new TopicFigures());

    private long Second() => clock.GetTimestamp() / clock.TimestampFrequency;

    private sealed class TopicFigures
    {
        private readonly SlidingSum _pullMs = new(60);
        private readonly SlidingSum _pulls = new(60);
        private readonly SlidingSum _pulled = new(60);
        private readonly SlidingSum _consumeMs = new(60);
        private readonly SlidingSum _succeeded = new(60);
        private readonly SlidingSum _failed = new(60);
        private readonly SlidingSum _failedInHour = new(3600);
        private readonly SlidingSum _consumeMsInHour = new(3600);
        private readonly SlidingSum _consumedInHour = new(3600);
        private readonly Lock _gate = new();

        public void Pulled(long second, int messages, TimeSpan elapsed)
        {
            lock (_gate)
            {
                _pulls.Add(second, 1);
                _pulled.Add(second, messages);
                _pullMs.Add(second, elapsed.TotalMilliseconds);
            }
        }

        public void Consumed(long second, int succeeded, int failed, TimeSpan elapsed)
        {
            lock (_gate)
            {
                _succeeded.Add(second, succeeded);
                _failed.Add(second, failed);
                _failedInHour.Add(second, failed);
                _consumeMs.Add(second, elapsed.TotalMilliseconds);
                _consumeMsInHour.Add(second, elapsed.TotalMilliseconds);
                _consumedInHour.Add(second, succeeded + failed);
            }
        }

        public ConsumerFigures Read(long second)
        {
            lock (_gate)
            {
                var consumed = _succeeded.Read(second) + _failed.Read(second);
                var consumeMs = _consumeMs.Read(second);
                return new ConsumerFigures(
                    Average(_pullMs.Read(second), _pulls.Read(second)),
                    _pulled.Read(second) / 60,
                    consumeMs > 0 ? Average(consumeMs, consumed) : Average(_consumeMsInHour.Read(second), _consumedInHour.Read(second)),
                    _succeeded.Read(second) / 60,
                    _failed.Read(second) / 60,
                    (long)_failedInHour.Read(second));
            }
        }

        private static double Average(double sum, double count) => count > 0 ? sum / count : 0;
    }

    /// <summary>A sum over the last so many seconds, in ten buckets.</summary>
    private sealed class SlidingSum(int seconds)
    {
        private readonly double[] _buckets = new double[10];
        private long _current = -1;

        public void Add(long second, double amount)
        {
            Advance(second);
            _buckets[(int)(_current % _buckets.Length)] += amount;
        }

        public double Read(long second)
        {
            Advance(second);
            return _buckets.Sum();
        }

        private void Advance(long second)
        {
            var bucket = Math.Max(_current, second * _buckets.Length / seconds);
            var stale = _current < 0 ? 0 : Math.Min(bucket - _current, _buckets.Length);
            for (var i = 0; i < stale; i++)
            {
                _buckets[(int)((bucket - i) % _buckets.Length)] = 0;
            }

            _current = bucket;
        }
    }
}
