using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.Broker.Tests.Metrics;

/// <summary>What a scrape shows. Other tests of this process have brokers too, so a broker under test has a cluster of its own.</summary>
internal sealed partial class Scrape
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples = [];

    private Scrape(string text)
    {
        Text = text;
        foreach (Match line in Sample().Matches(text))
        {
            var labels = Label().Matches(line.Groups[2].Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
            _samples.Add((line.Groups[1].Value, labels, double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture)));
        }
    }

    public string Text { get; }

    public static async Task<Scrape> OfAsync(MetricsExporter exporter)
    {
        using var stream = new MemoryStream();
        await exporter.ExportAsync(stream, TestContext.Current.CancellationToken);
        return new Scrape(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>The value of the one sample with this name and these labels.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) => Assert.Single(All(name, labels)).Value;

    public IReadOnlyList<(string Name, Dictionary<string, string> Labels, double Value)> All(string name, params (string Name, string Value)[] labels) =>
        _samples.FindAll(sample => sample.Name == name
            && Array.TrueForAll(labels, label => sample.Labels.GetValueOrDefault(label.Name) == label.Value));

    [GeneratedRegex(@"^([a-z0-9_]+)(?:\{(.*)\})? ([^ \n]+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"([A-Za-z_]+)=""([^""]*)""")]
    private static partial Regex Label();
}
