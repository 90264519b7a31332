using System.CommandLine;
using Rocketeer.Cli.Commands;
using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Tests;

/// <summary>What can be typed, what help says, and what a wrong command line leads to. No server is asked.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Leaves => [.. AllLeaves().Select(Rocketctl.PathOf)];

    [Fact]
    public void Every_command_is_in_the_documentation()
    {
        var pages = RepositoryPages.Read("docs/rocketctl.md").ReplaceLineEndings(" ") + RepositoryPages.Read("docs/mqadmin.md");

        Assert.All(AllLeaves().Select(Rocketctl.PathOf), path => Assert.Contains(path, pages, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_command_below_the_nouns_has_an_example() =>
        Assert.All(Below(Rocketctl.CreateRoot(Nowhere())), leaf => Assert.IsType<ExampleCommand>(leaf));

    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task Help_has_a_description_and_an_example(string path)
    {
        var run = (await Tool.RunAsync([.. path.Split(' ')[1..], "--help"])).Succeeded();

        Assert.Contains("Description:", run.Out, StringComparison.Ordinal);
        Assert.Contains("--namesrv", run.Out, StringComparison.Ordinal);
        Assert.Contains($"Example:{Environment.NewLine}  {path}", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_parses()
    {
        foreach (var command in AllLeaves())
        {
            var parsed = Rocketctl.CreateRoot(Nowhere()).Parse(command.Example["rocketctl ".Length..]);

            Assert.Empty(parsed.Errors);
            Assert.Equal(command.Name, parsed.CommandResult.Command.Name);
        }
    }

    [Theory]
    [InlineData("cluster list --namesrv 127.0.0.1:9876")]
    [InlineData("--namesrv 127.0.0.1:9876 cluster list")]
    [InlineData("cluster list -n 127.0.0.1:9876;127.0.0.2:9876 --json")]
    [InlineData("topic create orders")]
    [InlineData("topic create orders --queues 8 --cluster DefaultCluster")]
    [InlineData("topic stats orders --json")]
    [InlineData("group lag billing --topic orders")]
    [InlineData("message query -t orders -k 4711 --max 10")]
    [InlineData("produce --topic hello --body \"first message\" --key a --key b --property region=eu")]
    [InlineData("consume --topic hello --group me --count 3 --from last")]
    [InlineData("bench produce --topic orders --in-flight 1024 --size 1024 --duration 10")]
    [InlineData("bench produce --topic orders --messages 1000 --warm-up 0 --batch 16 --connections 2")]
    [InlineData("bench consume --topic orders --duration 0.5 --consumer push --from last")]
    public void This_command_line_is_understood(string line) => Assert.Empty(Rocketctl.CreateRoot(Nowhere()).Parse(line).Errors);

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("topic", "Required command")]
    [InlineData("topic create", "Required argument")]
    [InlineData("topic create orders --queues 0", "--queues must be 1 to 65535.")]
    [InlineData("topic create orders --queues many", "many")]
    [InlineData("topic frobnicate", "frobnicate")]
    [InlineData("produce --topic hello", "--body")]
    [InlineData("produce --topic hello --body x --property novalue", "--property 'novalue' is not name=value.")]
    [InlineData("consume --topic hello --group me --from middle", "middle")]
    [InlineData("bench produce --topic t --in-flight 0", "--in-flight must be 1 to 65536.")]
    [InlineData("bench produce --topic t --duration 0", "--duration must be 0.001 to 86400 seconds.")]
    [InlineData("bench produce --topic t --warm-up -1", "--warm-up must be 0 to 86400 seconds.")]
    [InlineData("bench produce --topic t --messages 0", "--messages must be at least 1.")]
    [InlineData("bench consume --topic t --consumer shove", "shove")]
    public async Task A_wrong_command_line_ends_with_exit_code_2_and_says_why(string line, string why)
    {
        var run = await Tool.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(Rocketctl.Usage, run.Exit);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help'.", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_address_that_is_none_ends_with_exit_code_1_and_one_sentence()
    {
        var run = await Tool.RunAsync(["cluster", "list", "--namesrv", "nowhere"]);

        Assert.Equal(Rocketctl.Failure, run.Exit);
        Assert.Equal($"NameServers contains 'nowhere', which is not host:port.{Environment.NewLine}", run.Error);
    }

    [Fact]
    public async Task A_name_server_that_does_not_answer_ends_with_exit_code_1_and_one_sentence()
    {
        var run = await Tool.RunAsync(["topic", "list", "--namesrv", "127.0.0.1:1"]);

        Assert.Equal(Rocketctl.Failure, run.Exit);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", run.Out);
    }

    private static IEnumerable<ExampleCommand> AllLeaves() => Below(Rocketctl.CreateRoot(Nowhere())).OfType<ExampleCommand>();

    private static IEnumerable<Command> Below(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Below);

    private static Terminal Nowhere() => new(TextWriter.Null, TextWriter.Null, isInteractive: false, TimeProvider.System);
}
