using System.CommandLine;
using System.CommandLine.Parsing;
using Rocketeer.Cli.Output;
using Rocketeer.Client;

namespace Rocketeer.Cli.Commands;

/// <summary>What all commands share: where they write, and which cluster they talk to.</summary>
internal sealed class CommandContext(Terminal terminal)
{
    public Terminal Terminal => terminal;

    /// <summary>Valid on every command.</summary>
    public Option<string> NameServers { get; } = new("--namesrv", "-n")
    {
        Description = "Name servers, host:port separated by ';'. Default: NAMESRV_ADDR, else 127.0.0.1:9876.",
        HelpName = "addresses",
        Recursive = true,
    };

    /// <summary>Valid on every command.</summary>
    public KubeContext Kube { get; } = new();

    /// <summary>Valid on every command.</summary>
    public Option<string> Output { get; } = new Option<string>("--output", "-o")
    {
        Description = "What the result looks like. Default: table.",
        Recursive = true,
    }.AcceptOnlyFromAmong("table", "json", "yaml");

    /// <summary>Valid on every command.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "The same as --output json.", Recursive = true };

    /// <summary>Valid on every command.</summary>
    public CredentialOptions Credentials { get; } = new();

    /// <summary>Valid on every command.</summary>
    public TlsFlags Tls { get; } = new();

    /// <summary>A client of the cluster; nothing is sent yet.</summary>
    public RocketeerClient Connect(ParseResult parsed)
    {
        var options = new RocketeerClientOptions { TimeProvider = terminal.Clock };
        options.NameServers = parsed.GetValue(NameServers) ?? Kube.FindNameServers(parsed) ?? options.NameServers;
        options.Credentials = Credentials.Read(parsed);
        options.Tls = Tls.Read(parsed, Environment.GetEnvironmentVariable);
        return new RocketeerClient(options);
    }

    /// <summary>What the result shall look like.</summary>
    public OutputFormat FormatOf(ParseResult parsed) => (parsed.GetValue(Json), parsed.GetValue(Output)) switch
    {
        (true, _) or (_, "json") => OutputFormat.Json,
        (_, "yaml") => OutputFormat.Yaml,
        _ => OutputFormat.Table,
    };

    /// <summary>Prints a result as it was asked for.</summary>
    public void Show(ParseResult parsed, IResult result) => terminal.Show(FormatOf(parsed), result);

    /// <summary>Makes a command that talks to a cluster.</summary>
    /// <param name="name">What is typed.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="example">A command line that works as printed.</param>
    /// <param name="parts">Arguments and options.</param>
    /// <param name="action">What it does; it gets a client that is closed afterwards.</param>
    public ExampleCommand Asking(
        string name, string description, string example, IEnumerable<Symbol> parts, Func<ParseResult, RocketeerClient, CancellationToken, Task> action)
    {
        var command = new ExampleCommand(name, description, example);
        foreach (var part in parts)
        {
            if (part is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)part);
            }
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = Connect(parsed);
            await action(parsed, client, cancellationToken);
        });
        return command;
    }

    /// <summary>Refuses numbers outside a range.</summary>
    public static Option<int> Between(Option<int> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.Tokens.Count > 0 && IsOutside(result, least, most))
            {
                result.AddError($"{option.Name} must be {least} to {most}.");
            }
        });
        return option;
    }

    private static bool IsOutside(OptionResult result, int least, int most) =>
        int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most);
}
