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
    public CredentialOptions Credentials { get; } = new();

    /// <summary>Valid on every command.</summary>
    public TlsFlags Tls { get; } = new();

    /// <summary>A client of the cluster; nothing is sent yet.</summary>
    public RocketeerClient Connect(ParseResult parsed)
    {
        var options = new RocketeerClientOptions { TimeProvider = terminal.Clock };
        options.NameServers = parsed.GetValue(NameServers) ?? options.NameServers;
        options.Credentials = Credentials.Read(parsed);
        options.Tls = Tls.Read(parsed, Environment.GetEnvironmentVariable);
        return new RocketeerClient(options);
    }

    /// <summary>Makes an option for machine-readable output.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

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
