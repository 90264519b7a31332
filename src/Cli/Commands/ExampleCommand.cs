using System.CommandLine;

namespace Rocketeer.Cli.Commands;

/// <summary>A command whose help ends with an example.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One sentence.</param>
/// <param name="example">A command line that works as printed.</param>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    public string Example => example;

    /// <summary>A noun: a command that only has others below it.</summary>
    public static Command Group(string name, string description, IEnumerable<Command> below)
    {
        var group = new Command(name, description);
        foreach (var command in below)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }
}
