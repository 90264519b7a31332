using System.Text.RegularExpressions;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Architecture.Tests;

/// <summary>
/// docs/protocol/request-codes.md is a promise: a code that it calls handled names a class that exists and a test that exists.
/// Rows: <c>| code | name | header | request body | response body | handled by | tested by |</c>.
/// </summary>
public sealed partial class RequestCodeTableTests
{
    private const string Table = "docs/protocol/request-codes.md";

    private static readonly Lazy<Dictionary<int, string[]>> Rows = new(() => RepositoryTree.Lines(Table)
        .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
        .Where(cells => cells.Length >= 7 && int.TryParse(cells[0], out _))
        .ToDictionary(cells => int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture)));

    private static readonly Lazy<HashSet<string>> SourceTypes = new(() => TypesIn("src"));

    private static readonly Lazy<HashSet<string>> TestTypes = new(() => TypesIn("tests"));

    public static TheoryData<RequestCode> Codes => [.. Enum.GetValues<RequestCode>()];

    [Theory, MemberData(nameof(Codes))]
    public void Every_code_has_a_row(RequestCode code) => Assert.Contains((int)code, Rows.Value.Keys);

    [Theory, MemberData(nameof(Codes))]
    public void A_handled_code_names_a_handler_and_a_test_that_exist(RequestCode code)
    {
        var row = Rows.Value[(int)code];
        if (row[5].StartsWith("not yet", StringComparison.Ordinal) || row[5].StartsWith('–'))
        {
            return;
        }

        var handlers = Identifier().Matches(row[5]).Select(match => match.Groups[1].Value).ToArray();
        var tests = Identifier().Matches(row[6]).Select(match => match.Groups[1].Value).ToArray();
        Assert.True(handlers.Length > 0, $"{code}: the handler stands in `backticks`");
        Assert.True(tests.Length > 0, $"{code}: the test stands in `backticks`");
        Assert.All(handlers, handler => Assert.Contains(handler, SourceTypes.Value));
        Assert.All(tests, test => Assert.Contains(test, TestTypes.Value));
    }

    private static HashSet<string> TypesIn(string folder) => RepositoryTree.Files(folder, ".cs")
        .SelectMany(path => TypeDeclaration().Matches(RepositoryTree.Read(path)).Select(match => match.Groups[1].Value))
        .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"`([A-Za-z0-9_]+)`")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\b(?:class|struct|record|interface)\s+([A-Za-z0-9_]+)")]
    private static partial Regex TypeDeclaration();
}
