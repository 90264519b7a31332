using System.Text.RegularExpressions;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.NameServer.Tests;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task Every_metric_of_the_name_server_stands_in_the_document()
    {
        using var exporter = new MetricsExporter();
        await using var server = await RunningNameServer.StartAsync();
        var page = await File.ReadAllTextAsync(Page(), TestContext.Current.CancellationToken);
        var documented = Name().Matches(page[page.IndexOf("## Name server", StringComparison.Ordinal)..]).Select(match => match.Value).ToHashSet();

        var published = exporter.Names.Where(name => name.Contains("nameserver", StringComparison.Ordinal)).ToHashSet();

        Assert.Equal(documented.Order(), published.Order());
    }

    private static string Page()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "docs", "metrics.md")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory.FullName, "docs", "metrics.md");
    }

    [GeneratedRegex("rocketeer_nameserver_[a-z_]+")]
    private static partial Regex Name();
}
