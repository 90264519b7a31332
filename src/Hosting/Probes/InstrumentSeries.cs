using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace Rocketeer.Hosting.Probes;

/// <summary>The Prometheus metric of one instrument, with one series per set of tags. Thread-safe.</summary>
internal sealed class InstrumentSeries
{
    private static readonly double[] DefaultBuckets = [0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

    private readonly Instrument _instrument;
    private readonly IMetricFactory _factory;
    private readonly string _name;
    private readonly string _help;
    private readonly bool _observed;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _byTags = new(StringComparer.Ordinal);
    private Family? _family;
    private Series? _withoutTags;
    private int _round;

    public InstrumentSeries(Instrument instrument, IMetricFactory factory)
    {
        _instrument = instrument;
        _factory = factory;
        _observed = instrument.IsObservable;
        _name = NameOf(instrument);
        _help = instrument.Description is { Length: > 0 } description ? description : instrument.Name;
    }

    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    /// <summary>The name of an instrument's metric.</summary>
    public static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return KindOf(instrument) == Kind.Counter ? name + "_total" : name;
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = tags.IsEmpty ? Volatile.Read(ref _withoutTags) : null;
        if (series is null || _observed)
        {
            series = Find(tags);
        }

        series.Record(value, _observed);
    }

    /// <summary>After a round of observation: series that were not observed in it go.</summary>
    public void RemoveUnseen()
    {
        if (!_observed)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (key, series) in _byTags)
            {
                if (series.SeenInRound != _round)
                {
                    _family!.Remove(series.Values);
                    _byTags.Remove(key);
                }
            }

            _round++;
        }
    }

    /// <summary>Removes everything: the instrument is gone.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach (var (_, series) in _byTags)
            {
                _family!.Remove(series.Values);
            }

            _byTags.Clear();
            _withoutTags = null;
        }
    }

    private static Kind KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>) ? Kind.Counter
            : definition == typeof(Histogram<>) ? Kind.Histogram
            : Kind.Gauge;
    }

    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = tags.Length switch
        {
            0 => "",
            1 => Text(tags[0].Value),
            _ => Join(tags),
        };
        lock (_lock)
        {
            if (!_byTags.TryGetValue(key, out var series))
            {
                _family ??= new Family(KindOf(_instrument), _name, _help, LabelsOf(tags), BucketsOf(_instrument), _factory);
                var values = new string[tags.Length];
                for (var i = 0; i < tags.Length; i++)
                {
                    values[i] = Text(tags[i].Value);
                }

                series = _family.Add(values);
                _byTags.Add(key, series);
                _withoutTags = tags.IsEmpty ? series : _withoutTags;
            }

            series.SeenInRound = _round;
            return series;
        }
    }

    private static string[] LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            labels[i] = tags[i].Key.Replace('.', '_');
        }

        return labels;
    }

    private static double[] BucketsOf(Instrument instrument) =>
        instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } ofDouble } ? [.. ofDouble]
        : instrument is Histogram<long> { Advice.HistogramBucketBoundaries: { } ofLong } ? [.. ofLong.Select(bound => (double)bound)]
        : DefaultBuckets;

    private static string Join(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = Text(tags[0].Value);
        for (var i = 1; i < tags.Length; i++)
        {
            text = string.Concat(text, "\u0001", Text(tags[i].Value));
        }

        return text;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The metric with its labels.</summary>
    private sealed class Family(Kind kind, string name, string help, string[] labels, double[] buckets, IMetricFactory factory)
    {
        private readonly Counter? _counter = kind == Kind.Counter ? factory.CreateCounter(name, help, labels) : null;
        private readonly Gauge? _gauge = kind == Kind.Gauge ? factory.CreateGauge(name, help, labels) : null;
        private readonly Histogram? _histogram =
            kind == Kind.Histogram ? factory.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = buckets }) : null;

        public Series Add(string[] values) =>
            new(values, _counter?.WithLabels(values), _gauge?.WithLabels(values), _histogram?.WithLabels(values));

        public void Remove(string[] values)
        {
            _counter?.RemoveLabelled(values);
            _gauge?.RemoveLabelled(values);
            _histogram?.RemoveLabelled(values);
        }
    }

    private sealed class Series(string[] values, Counter.Child? counter, Gauge.Child? gauge, Histogram.Child? histogram)
    {
        public string[] Values { get; } = values;

        public int SeenInRound { get; set; }

        public void Record(double value, bool observed)
        {
            if (histogram is not null)
            {
                histogram.Observe(value);
            }
            else if (counter is not null)
            {
                if (observed)
                {
                    counter.IncTo(value);
                }
                else
                {
                    counter.Inc(value);
                }
            }
            else if (observed)
            {
                gauge!.Set(value);
            }
            else
            {
                gauge!.Inc(value); // an up-down counter tells differences
            }
        }
    }
}
