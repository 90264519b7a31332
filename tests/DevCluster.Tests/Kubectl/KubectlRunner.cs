using System.Diagnostics;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Tests.Kubectl;

/// <summary>The real kubectl with a home, a cache and a kubeconfig of its own.</summary>
internal sealed class KubectlRunner : IDisposable
{
    private const string Missing = "kubectl is not on the PATH, so the walk with the real client cannot run; install kubectl 1.28 or later to run this test.";

    private readonly string _home = Directory.CreateTempSubdirectory("rocketeer-kubectl-").FullName;

    public KubectlRunner(Uri server) => KubeConfigFile.Write(Path.Combine(_home, "kubeconfig"), server, "default");

    public static void SkipWithoutKubectl() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl"))),
        Missing);

    /// <summary>Runs a command that must succeed, its arguments parted by blanks and without quotes; what it printed on standard output and error.</summary>
    public async Task<string> RunAsync(string arguments, string? input = null, string? editor = null)
    {
        var (code, output) = await TryAsync(arguments, input, editor);
        Assert.True(code == 0, $"kubectl {arguments} ended with {code}: {output}");
        return output;
    }

    /// <summary>Runs a command; its exit code and what it printed.</summary>
    public async Task<(int Code, string Output)> TryAsync(string arguments, string? input = null, string? editor = null)
    {
        using var process = Start(arguments, editor);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    /// <summary>Starts a command that goes on, such as a watch. The caller ends it.</summary>
    public Process Start(string arguments, string? editor = null)
    {
        var start = new ProcessStartInfo("kubectl", [$"--cache-dir={_home}/cache", .. arguments.Split(' ')])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "kubeconfig");
        start.Environment["KUBE_EDITOR"] = editor;
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
