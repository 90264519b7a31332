using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Rocketeer.Interop.Tests;

/// <summary>Node.js with the pinned foreign client, installed once per machine and lock file into the user's temporary folder.</summary>
internal static class NodeRuntime
{
    private const string Missing =
        "Node.js with npm is not on the PATH, so the foreign client cannot run; install the packages nodejs and npm to run this test.";

    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    public static void SkipWithoutNode() => Assert.SkipUnless(OnPath("node") && OnPath("npm"), Missing);

    /// <summary>Folder that holds client.js and its node_modules.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    private static async Task<string> InstallAsync()
    {
        var source = Path.Combine(Path.GetDirectoryName(ThisFile())!, "node");
        var target = Path.Combine(Path.GetTempPath(), $"rocketeer-interop-{Environment.ProcessId}");
        Directory.CreateDirectory(target);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }

        using var npm = Process.Start(new ProcessStartInfo("npm", "ci --no-audit --no-fund --loglevel=error")
        {
            WorkingDirectory = target,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var error = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci failed with exit code {npm.ExitCode}: {await error}{await output}");
        return target;
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
