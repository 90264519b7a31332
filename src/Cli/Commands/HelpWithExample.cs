using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Rocketeer.Cli.Commands;

/// <summary>The usual help, and the example of the command below it.</summary>
internal sealed class HelpWithExample(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exit = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExampleCommand command)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            output.WriteLine($"  {command.Example}");
            output.WriteLine();
        }

        return exit;
    }
}
