using System.Diagnostics.Metrics;
using System.Text;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.Hosting.Tests;

public sealed class MeterBridgeTests : IDisposable
{
    private readonly Meter _meter = new($"Rocketeer.Bridge{Guid.NewGuid():N}");
    private readonly MetricsExporter _exporter = new();
    private readonly string _prefix = $"t{Guid.NewGuid():N}";

    [Theory]
    [InlineData(null, "")]
    [InlineData("{message}", "")]
    [InlineData("s", "_seconds")]
    [InlineData("ms", "_milliseconds")]
    [InlineData("By", "_bytes")]
    public async Task A_name_ends_in_its_unit_and_a_counter_in_total(string? unit, string suffix)
    {
        _meter.CreateCounter<long>($"{_prefix}.some.counter", unit).Add(2);
        _meter.CreateUpDownCounter<long>($"{_prefix}.some.level", unit).Add(3);

        var text = await ExportAsync();

        Assert.Contains($"\n{_prefix}_some_counter{suffix}_total 2\n", text, StringComparison.Ordinal);
        Assert.Contains($"\n{_prefix}_some_level{suffix} 3\n", text, StringComparison.Ordinal);
        Assert.Contains($"# TYPE {_prefix}_some_counter{suffix}_total counter\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_observed_series_goes_when_it_is_observed_no_more_and_others_stay()
    {
        string[] topics = ["a", "b"];
        _meter.CreateObservableGauge(
            $"{_prefix}.lag", () => topics.Select(topic => new Measurement<long>(1, new KeyValuePair<string, object?>("topic", topic))));
        var counter = _meter.CreateCounter<long>($"{_prefix}.seen");
        counter.Add(1, new KeyValuePair<string, object?>("topic", "a"));
        Assert.Contains("lag{topic=\"b\"} 1", await ExportAsync(), StringComparison.Ordinal);

        topics = ["a"];
        var text = await ExportAsync();

        Assert.Contains("lag{topic=\"a\"} 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("lag{topic=\"b\"}", text, StringComparison.Ordinal);
        Assert.Contains("seen_total{topic=\"a\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_histogram_has_the_buckets_that_it_advises()
    {
        var histogram = _meter.CreateHistogram(
            $"{_prefix}.time", "ms", null, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10] });
        histogram.Record(5);

        var text = await ExportAsync();

        Assert.Contains("_time_milliseconds_bucket{le=\"1\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("_time_milliseconds_bucket{le=\"10\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("_time_milliseconds_bucket{le=\"+Inf\"} 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("le=\"100\"} 1\n" + _prefix, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_values_are_escaped()
    {
        _meter.CreateCounter<long>($"{_prefix}.odd").Add(1, new KeyValuePair<string, object?>("name", "a\"b\nc\\"));

        Assert.Contains("""odd_total{name="a\"b\nc\\"} 1""", await ExportAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_counter_may_be_observed()
    {
        var value = 5L;
        _meter.CreateObservableCounter($"{_prefix}.sum", () => value);
        await ExportAsync();
        value = 9;

        Assert.Contains($"{_prefix}_sum_total 9", await ExportAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_series_of_a_meter_that_is_disposed_go()
    {
        var gone = new Meter("Rocketeer.Gone");
        gone.CreateCounter<long>($"{_prefix}.gone").Add(1);
        Assert.Contains($"{_prefix}_gone_total", await ExportAsync(), StringComparison.Ordinal);

        gone.Dispose();

        Assert.DoesNotContain($"{_prefix}_gone_total 1", await ExportAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    private async Task<string> ExportAsync()
    {
        using var stream = new MemoryStream();
        await _exporter.ExportAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
