using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rocketeer.DevCluster.Processes;

/// <summary>
/// One server as a child process. Its output goes to a log file. The child watches its standard input and stops when this process is
/// gone, so that nothing is left running however this one ends.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TimeProvider _clock;
    private readonly object _tailLock = new();
    private readonly Queue<string> _tail = new();

    private ServerProcess(string name, string role, IPEndPoint endPoint, Process process, StreamWriter log, TimeProvider clock)
    {
        Name = name;
        Role = role;
        EndPoint = endPoint;
        _process = process;
        _log = log;
        _clock = clock;
    }

    public string Name { get; }

    public string Role { get; }

    public IPEndPoint EndPoint { get; }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Resident memory in bytes; 0 once the process has ended.</summary>
    public long ResidentBytes
    {
        get
        {
            if (_process.HasExited)
            {
                return 0;
            }

            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a server; it is not ready yet.</summary>
    public static ServerProcess Start(
        string name, string role, string project, IPEndPoint endPoint, string logFile, IEnumerable<string> arguments, TimeProvider clock)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(ExecutableLocator.Find(project));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ROCKETEER_STOP_WITH_STDIN"] = "true";
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        var process = new Process { StartInfo = start };
        var server = new ServerProcess(name, role, endPoint, process, new StreamWriter(logFile) { AutoFlush = true }, clock);
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until the server accepts connections.</summary>
    /// <exception cref="ServerFailedException">It ended, or did not get ready in time.</exception>
    public async Task WaitUntilListeningAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var begin = _clock.GetTimestamp();
        while (!await AcceptsAsync(cancellationToken))
        {
            if (!IsRunning)
            {
                throw new ServerFailedException($"{Name} ended with exit code {_process.ExitCode} before it was ready: {Tail()}");
            }

            if (_clock.GetElapsedTime(begin) > patience)
            {
                throw new ServerFailedException($"{Name} did not listen on {EndPoint} within {patience.TotalSeconds:0} s: {Tail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), _clock, cancellationToken);
        }
    }

    /// <summary>Asks the server to stop, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            AskToStop();
            using var grace = new CancellationTokenSource(StopGrace, _clock);
            try
            {
                await _process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
        lock (_tailLock)
        {
            _log.Dispose();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private void AskToStop()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(_process.Id, SigTerm);
        }

        _process.StandardInput.Close();
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(EndPoint, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false; // not listening yet: asked again until the patience is over
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_tailLock)
        {
            if (_log.BaseStream is { CanWrite: true })
            {
                _log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line}"));
            }

            _tail.Enqueue(line);
            if (_tail.Count > 3)
            {
                _tail.Dequeue();
            }
        }
    }

    private string Tail()
    {
        lock (_tailLock)
        {
            return _tail.Count == 0 ? "it printed nothing" : string.Join(" / ", _tail);
        }
    }
}

/// <summary>A server did not start, or ended when it should not have. The message is one sentence for the terminal.</summary>
internal sealed class ServerFailedException(string message) : Exception(message);
