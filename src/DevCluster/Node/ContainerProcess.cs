using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Rocketeer.DevCluster.Node;

/// <summary>
/// One run of a container as a child process. Rocketeer's servers watch their standard input and stop when this process is gone, however it
/// ended; other programs are ended when the node stops.
/// </summary>
internal sealed class ContainerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly LogFile _log;
    private readonly TimeProvider _clock;

    private ContainerProcess(Process process, LogFile log, TimeProvider clock)
    {
        _process = process;
        _log = log;
        _clock = clock;
        Ended = EndAsync();
    }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Ended { get; }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a program.</summary>
    /// <exception cref="PodNotReadyException">It cannot be started.</exception>
    public static ContainerProcess Start(
        IReadOnlyList<string> command, string? workingDirectory, IReadOnlyDictionary<string, string> environment, LogFile log, TimeProvider clock)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["ROCKETEER_STOP_WITH_STDIN"] = "true";
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new PodNotReadyException("CreateContainerError", $"{command[0]} cannot be started: {e.Message}");
        }

        var container = new ContainerProcess(process, log, clock);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return container;

        void Keep(string? line)
        {
            if (line is not null)
            {
                log.WriteLine(line);
            }
        }
    }

    /// <summary>Asks it to stop, and ends it and its children if it does not within the grace.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (!_process.HasExited && grace > TimeSpan.Zero)
        {
            AskToStop();
            await Task.WhenAny(Ended, Task.Delay(grace, _clock, CancellationToken.None));
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Ended;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _process.Dispose();
        _log.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private void AskToStop()
    {
        if (OperatingSystem.IsWindows())
        {
            _process.StandardInput.Close();
        }
        else
        {
            _ = SendSignal(_process.Id, SigTerm);
        }
    }

    // The last lines of output may come after the end; a child that still holds the pipe must not keep it from being seen.
    private async Task<int> EndAsync()
    {
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.Exited += (_, _) => exited.TrySetResult();
        if (_process.HasExited)
        {
            exited.TrySetResult();
        }

        await exited.Task;
        using var soon = new CancellationTokenSource(OutputGrace, _clock);
        try
        {
            await _process.WaitForExitAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            return _process.ExitCode;
        }

        return _process.ExitCode;
    }
}
