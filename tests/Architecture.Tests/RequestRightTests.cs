using System.Text.RegularExpressions;

namespace Rocketeer.Architecture.Tests;

/// <summary>Nobody adds a request code to the broker without saying who may use it.</summary>
public sealed partial class RequestRightTests
{
    private static readonly string Rights = string.Join('\n', RepositoryTree.Lines("src/Broker/AccessControl/RequestRights.cs"));

    [Fact]
    public void Every_code_that_the_broker_maps_says_what_it_needs()
    {
        var mapped = RepositoryTree.Files("src/Broker", ".cs")
            .SelectMany(path => MappedCode().Matches(string.Join('\n', RepositoryTree.Lines(path))).Select(match => match.Groups[1].Value))
            .ToHashSet();

        Assert.True(mapped.Count > 40, $"only {mapped.Count} codes found");
        Assert.All(mapped, code => Assert.Contains($"[RequestCode.{code}] =", Rights, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_on_access_control_has_every_code()
    {
        var page = string.Join('\n', RepositoryTree.Lines("docs/access-control.md"));

        Assert.All(Entry().Matches(Rights).Select(match => match.Groups[1].Value), code => Assert.Contains(code, page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\.Map\(\s*RequestCode\.(\w+)")]
    private static partial Regex MappedCode();

    [GeneratedRegex(@"\[RequestCode\.(\w+)\] =")]
    private static partial Regex Entry();
}
