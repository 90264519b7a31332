using System.CommandLine;

namespace Rocketeer.Cli.Commands;

/// <summary>A command whose help ends with an example.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One sentence.</param>
/// <param name="example">A command line that works as printed.</param>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    public string Example => example;
}
