using System.Diagnostics;
using System.Text;

namespace Rocketeer.Cluster.Tests.Processes;

/// <summary>A sample as a process of its own, in the folder that it was built into.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private SampleProcess(Process process) => _process = process;

    /// <summary>What it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static SampleProcess Start(string name, string nameServers)
    {
        // tests/Cluster.Tests/bin/<configuration>/net10.0/ and samples/<name>/bin/<configuration>/net10.0/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var root = own.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        var folder = Path.Combine(root, "samples", name, "bin", own.Parent.Name, own.Name);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, $"Rocketeer.Samples.{name}.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ROCKETEER_NAMESRV"] = nameServers;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var sample = new SampleProcess(new Process { StartInfo = start });
        sample._process.OutputDataReceived += (_, line) => sample.Keep(line.Data);
        sample._process.ErrorDataReceived += (_, line) => sample.Keep(line.Data);
        sample._process.Start();
        sample._process.BeginOutputReadLine();
        sample._process.BeginErrorReadLine();
        return sample;
    }

    /// <summary>Waits for a line that has a text, and returns what follows the text in it.</summary>
    public async Task<string> PrintsAsync(string text)
    {
        string? rest = null;
        await Eventually.HoldsAsync(
            () =>
            {
                var line = Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
                rest = line?[(line.IndexOf(text, StringComparison.Ordinal) + text.Length)..].Trim();
                return rest is not null;
            },
            () => $"'{text}' was not printed, but: {Output}");
        return rest!;
    }

    /// <summary>Waits until it ends by itself, and returns its exit code.</summary>
    public async Task<int> EndsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the sample does not end; it printed: {Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
