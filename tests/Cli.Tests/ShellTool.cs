using System.Diagnostics;

namespace Rocketeer.Cli.Tests;

/// <summary>Runs programs as a shell would, and keeps what they print.</summary>
internal static class ShellTool
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">What is run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="path">A directory that is asked for programs before all others.</param>
    public static async Task<Tool.Run> RunAsync(string program, IEnumerable<string> arguments, string path)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = path + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        start.Environment.Remove("NAMESRV_ADDR");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Tool.Run(process.ExitCode, await output, await error);
    }
}
