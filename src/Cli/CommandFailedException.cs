namespace Rocketeer.Cli;

/// <summary>A command cannot do what was asked.</summary>
/// <param name="message">One sentence for standard error: the thing, what is wrong, what to do.</param>
internal sealed class CommandFailedException(string message) : Exception(message);
