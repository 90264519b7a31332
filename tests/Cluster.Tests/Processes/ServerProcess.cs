using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rocketeer.Cluster.Tests.Processes;

/// <summary>A name server or broker as a process of its own, so that it can be killed the hard way.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public int Id => _process.Id;

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

    public static async Task<ServerProcess> StartAsync(string assembly, int port, params string[] arguments)
    {
        var server = Launch(assembly, port, arguments);
        try
        {
            await server.ListensAsync(assembly);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a server that is expected to end by itself; returns its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string assembly, params string[] arguments)
    {
        await using var server = Launch(assembly, 0, arguments);
        using var patience = new CancellationTokenSource(Patience);
        await server._process.WaitForExitAsync(patience.Token);
        return (server._process.ExitCode, server.Output);
    }

    /// <summary>kill -9: nothing is flushed, nothing is said.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Closes its standard input, which asks it to stop in order, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static ServerProcess Launch(string assembly, int port, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ROCKETEER_STOP_WITH_STDIN"] = "true";
        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process, new IPEndPoint(IPAddress.Loopback, port));
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    private async Task ListensAsync(string assembly)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await AcceptsAsync())
        {
            Assert.False(_process.HasExited, $"{assembly} ended with exit code {(_process.HasExited ? _process.ExitCode : 0)}: {Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, $"{assembly} does not listen on {EndPoint.Port}: {Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private async Task<bool> AcceptsAsync()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
