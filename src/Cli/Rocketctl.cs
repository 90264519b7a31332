using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Options;
using Rocketeer.Cli.Commands;
using Rocketeer.Cli.Output;
using Rocketeer.Client;

namespace Rocketeer.Cli;

/// <summary>The tool: its commands, and what its exit codes mean.</summary>
internal static class Rocketctl
{
    /// <summary>It did what was asked.</summary>
    public const int Success = 0;

    /// <summary>The cluster, or something on the way to it, did not do what was asked; standard error says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line makes no sense; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl-C before it was done (what shells report for SIGINT).</summary>
    public const int Interrupted = 130;

    // Consumers store their offsets and benchmarks print their figures after Ctrl-C.
    private static readonly TimeSpan EndAfterInterrupt = TimeSpan.FromSeconds(20);

    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var parsed = CreateRoot(terminal).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            var command = parsed.CommandResult.Command;
            await terminal.Error.WriteLineAsync(
                OneLine($"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See '{PathOf(command)} --help'."));
            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = EndAfterInterrupt,
                },
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception failure) when (failure is RocketeerException or CommandFailedException or ArgumentException or OptionsValidationException)
        {
            await terminal.Error.WriteLineAsync(OneLine(SentenceOf(failure)));
            return Failure;
        }
    }

    /// <summary>The commands, grouped by noun.</summary>
    internal static RootCommand CreateRoot(Terminal terminal)
    {
        var context = new CommandContext(terminal);
        var root = new RootCommand("Administers, tries and loads a RocketMQ 4.4 cluster: Rocketeer's, or the original's.")
        {
            new Command("cluster", "Shows clusters, what they do, and what looks wrong.")
            {
                ClusterListCommand.Create(context), ActivityCommand.Create(context), MonitorCommand.Create(context), LatencyCommands.OfCluster(context),
            },
            BrokerCommands.Create(context),
            TopicCommands.Create(context),
            GroupCommands.Create(context),
            OffsetCommands.Create(context),
            MessageCommands.Create(context),
            NameServerCommands.Create(context),
            NameServerCommands.CreateValues(context),
            ProduceCommand.Create(context),
            ConsumeCommand.Create(context),
            BenchCommands.Create(context),
            CompletionCommand.Create(context),
        };
        root.Options.Add(context.NameServers);
        root.Options.Add(context.Output);
        root.Options.Add(context.Json);
        context.Credentials.AddTo(root);
        foreach (var option in context.Tls.All.Concat(context.Kube.Options))
        {
            root.Options.Add(option);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    /// <summary>The name of a command as it is typed.</summary>
    internal static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (Symbol? symbol = command; symbol is Command; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Push(symbol is RootCommand ? "rocketctl" : symbol.Name);
        }

        return string.Join(' ', names);
    }

    private static string SentenceOf(Exception failure) =>
        // .NET names the parameter of the method behind the sentence, which tells the user of a command line nothing.
        failure is ArgumentException { ParamName: { } name }
            ? failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : failure.Message;

    // Remarks of servers and lists of choices may come with line breaks; scripts want one line per failure.
    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
