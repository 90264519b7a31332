using System.Text.RegularExpressions;

namespace Rocketeer.Broker.Tests.Metrics;

/// <summary>docs/metrics.md: the first cell of a row names metrics in backticks; <c>{a,b}</c> stands for both.</summary>
internal static partial class MetricsDocument
{
    /// <summary>The names under some headings.</summary>
    public static HashSet<string> Names(params string[] headings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var isWanted = false;
        foreach (var line in File.ReadAllLines(Find()))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                isWanted = headings.Contains(line);
            }
            else if (isWanted && line.StartsWith("| `", StringComparison.Ordinal))
            {
                names.UnionWith(Name().Matches(line.Split('|')[1]).SelectMany(match => Expand(match.Groups[1].Value)));
            }
        }

        return names;
    }

    private static IEnumerable<string> Expand(string name)
    {
        var braces = Braces().Match(name);
        return braces.Success
            ? braces.Groups[2].Value.Split(',').Select(part => braces.Groups[1].Value + part + braces.Groups[3].Value)
            : [name];
    }

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "docs", "metrics.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/metrics.md is in no directory above the tests.");
    }

    [GeneratedRegex("`([a-z0-9_{},]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(.*)\{(.*)\}(.*)$")]
    private static partial Regex Braces();
}
