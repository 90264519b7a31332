using System.Text.RegularExpressions;

namespace Rocketeer.Architecture.Tests;

/// <summary>House rules that a reviewer would otherwise have to repeat.</summary>
public sealed partial class TidyTests
{
    private const int LongestFile = 400;

    /// <summary>Which event ids a project may use, so that an id in a log leads to one line of code.</summary>
    private static readonly Dictionary<string, (int First, int Last)> EventIds = new(StringComparer.Ordinal)
    {
        ["Remoting"] = (1000, 1999),
        ["Storage"] = (2000, 2999),
        ["NameServer"] = (3000, 3999),
        ["Broker"] = (4000, 4999),
        ["Client"] = (5000, 5999),
        ["Hosting"] = (6000, 6999),
        ["Cli"] = (7000, 7999),
        ["DevCluster"] = (8000, 8999),
        ["Operator"] = (9000, 9999),
    };

    [Fact]
    public void A_source_file_has_at_most_400_lines()
    {
        var tooLong = RepositoryTree.Files("src", ".cs").Concat(RepositoryTree.Files("tests", ".cs"))
            .Where(path => path != "src/Protocol/Commands/RequestCode.cs")
            .Select(path => (path, lines: RepositoryTree.Lines(path).Length))
            .Where(file => file.lines > LongestFile);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_exception_is_swallowed_by_an_empty_catch()
    {
        var offenders = RepositoryTree.Files("src", ".cs").Where(path => EmptyCatch().IsMatch(RepositoryTree.Read(path)));

        Assert.Empty(offenders);
    }

    [Fact]
    public void Nothing_is_left_to_do_in_the_source()
    {
        var offenders = RepositoryTree.Files("src", ".cs").Concat(RepositoryTree.Files("bench", ".cs"))
            .Where(path => UnfinishedWork().IsMatch(RepositoryTree.Read(path)));

        Assert.Empty(offenders);
    }

    [Fact]
    public void No_type_or_folder_has_a_name_that_says_nothing()
    {
        var names = RepositoryTree.Files("src", ".cs").SelectMany(path => path.Split('/')).Select(part => part.Replace(".cs", "", StringComparison.Ordinal));

        Assert.DoesNotContain(names, name => name is "Common" or "Utils" or "Util" or "Helpers" or "Helper" or "Misc" or "Shared" or "Core");
    }

    [Fact]
    public void Event_ids_of_logs_are_unique_and_lie_in_the_range_of_their_project()
    {
        var seen = new Dictionary<int, string>();
        foreach (var path in RepositoryTree.Files("src", ".cs"))
        {
            var project = path.Split('/')[1];
            foreach (Match match in EventId().Matches(RepositoryTree.Read(path)))
            {
                var id = int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(seen.TryAdd(id, path), $"event id {id} is used in {path} and in {seen[id]}");
                Assert.True(EventIds.TryGetValue(project, out var range), $"{project} has no range of event ids");
                Assert.InRange(id, range.First, range.Last);
            }
        }
    }

    [Fact]
    public void A_log_method_always_has_an_event_id()
    {
        var offenders = RepositoryTree.Files("src", ".cs")
            .SelectMany(path => LoggerMessage().Matches(RepositoryTree.Read(path)).Select(match => (path, match.Value)))
            .Where(at => !EventId().IsMatch(at.Value));

        Assert.Empty(offenders);
    }

    [Fact]
    public void Links_between_documents_and_into_the_code_lead_somewhere()
    {
        var documents = new[] { "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md" }.Concat(RepositoryTree.Files("docs", ".md"));
        var broken = documents.SelectMany(document => BrokenLinks(document).Select(link => $"{document} -> {link}"));

        Assert.Empty(broken);
    }

    private static IEnumerable<string> BrokenLinks(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryTree.Root, document))!;
        foreach (Match match in MarkdownLink().Matches(RepositoryTree.Read(document)))
        {
            var target = match.Groups[1].Value.Split('#')[0];
            if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)))
            {
                yield return target;
            }
        }
    }

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*(when\s*\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX:)|NotImplementedException")]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex(@"EventId\s*=\s*(\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"\[LoggerMessage\((?:[^()""]|""(?:[^""\\]|\\.)*"")*\)\]")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex MarkdownLink();
}
