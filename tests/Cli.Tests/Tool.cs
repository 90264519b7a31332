using System.Text.Json;
using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Tests;

/// <summary>Runs command lines as the process would, and keeps what they print.</summary>
internal static class Tool
{
    public static async Task<Run> RunAsync(string[] args, bool interactive = false, CancellationToken cancellationToken = default)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(TextWriter.Synchronized(output), error, interactive, TimeProvider.System);
        var exit = await Rocketctl.RunAsync(args, terminal, cancellationToken);
        return new Run(exit, output.ToString(), error.ToString());
    }

    /// <summary>What a run left.</summary>
    internal sealed record Run(int Exit, string Out, string Error)
    {
        public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public JsonElement Json => JsonDocument.Parse(Out).RootElement;

        /// <summary>The output, if the run succeeded.</summary>
        public Run Succeeded()
        {
            Assert.Equal("", Error);
            Assert.Equal(0, Exit);
            return this;
        }
    }
}
