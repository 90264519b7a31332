using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Node;

/// <summary>
/// Runs one pod: its first container as a process, started again when it ends, probed, stopped when the pod goes. Other containers and init
/// containers are not run: the pods of this cluster have none.
/// </summary>
internal sealed class PodRunner : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly ResourceApi _api;
    private readonly JsonObject _pod;
    private readonly JsonNode _container;
    private readonly IPAddress _address;
    private readonly NodeOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly PodVolumes _volumes;
    private readonly PodStatus _status;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private ContainerState _state = new();
    private TimeSpan _grace;

    /// <summary>Starts the pod.</summary>
    public PodRunner(ResourceApi api, JsonObject pod, IPAddress address, NodeOptions options, TimeProvider clock, ILogger logger)
    {
        (_api, _pod, _address, _options, _clock, _logger) = (api, pod, address, options, clock, logger);
        _container = pod["spec"]!["containers"]![0]!;
        _volumes = new PodVolumes(api, pod, options.Directory);
        _status = new PodStatus(api, pod, address, clock);
        Ended = RunAsync();
    }

    /// <summary>Ends when the process has ended for good and the pod's folders are removed.</summary>
    public Task Ended { get; }

    /// <summary>The pod.</summary>
    public ObjectKey Key => _pod.Key();

    /// <summary>Stops the process; asked again, it has less time if the second grace is shorter.</summary>
    public void Stop(TimeSpan grace)
    {
        _grace = grace;
        _stopping.Cancel();
    }

    /// <summary>To be called when it has ended, and then no other.</summary>
    public void Dispose() => _stopping.Dispose();

    /// <summary>Writes files of ConfigMaps and Secrets anew when those have changed.</summary>
    public void Refresh()
    {
        try
        {
            var folders = _volumes.Folders();
            _volumes.Fill(folders, new PodPaths(_container, folders));
        }
        catch (Exception e) when (e is PodNotReadyException or IOException or UnauthorizedAccessException or FormatException)
        {
            _logger.ContainerWaits(_pod.Name(), "FilesNotRefreshed", e.Message); // they stay as they were, as on a real node
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        var inARow = 0;
        try
        {
            while (true)
            {
                var begin = _clock.GetTimestamp();
                var exitCode = await RunOnceAsync();
                if (!IsRestarted(exitCode))
                {
                    Show(_state with { Waiting = null, RunningSince = null, Ready = false });
                    await Task.Delay(Timeout.InfiniteTimeSpan, _clock, _stopping.Token);
                }

                inARow = _clock.GetElapsedTime(begin) > _options.LongestBackOff ? 0 : inARow + 1;
                await BackOffAsync(inARow);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            Show(_state with { RunningSince = null, Waiting = null, Ready = false });
        }
        finally
        {
            _volumes.Remove();
        }
    }

    private bool IsRestarted(int exitCode) => _pod["spec"]!["restartPolicy"]?.ToString() switch
    {
        "Never" => false,
        "OnFailure" => exitCode != 0,
        _ => true,
    };

    private async Task BackOffAsync(int inARow)
    {
        var pause = inARow <= 1 ? TimeSpan.Zero : _options.BackOff * Math.Pow(2, Math.Min(inARow - 2, 16));
        pause = pause < _options.LongestBackOff ? pause : _options.LongestBackOff;
        Show(_state with
        {
            RunningSince = null, Ready = false, Started = false, Restarts = _state.Restarts + 1,
            Waiting = ("CrashLoopBackOff", $"back-off {pause.TotalSeconds:0} s restarting failed container"),
        });
        await Task.Delay(pause, _clock, _stopping.Token);
    }

    private async Task<int> RunOnceAsync()
    {
        var (process, actions) = await StartAsync();
        await using var ending = process;
        var begin = _clock.GetUtcNow();
        Show(_state with { Waiting = null, RunningSince = begin });
        _logger.ContainerStarted(_pod.Name(), Name, process.Id);
        using var probing = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var probes = new ContainerProbes(_container, _pod.Name(), actions, _clock, _logger).UntilDeadAsync(
            () => Show(_state with { Started = true }), ready => Show(_state with { Ready = ready }), probing.Token);
        await Task.WhenAny(process.Ended, probes);
        await probing.CancelAsync();
        await probes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.Ended.IsCompleted)
        {
            await StopAsync(process, actions);
        }

        var exitCode = await process.Ended;
        Show(_state with { RunningSince = null, Ready = false, Last = new Termination(exitCode, begin, _clock.GetUtcNow()) });
        _stopping.Token.ThrowIfCancellationRequested();
        _logger.ContainerEnded(_pod.Name(), Name, exitCode);
        return exitCode;
    }

    // preStop and SIGTERM share the grace. A pod that stays, whose probe failed, has its own number of seconds.
    private async Task StopAsync(ContainerProcess process, ContainerActions actions)
    {
        var grace = _stopping.IsCancellationRequested ? _grace
            : TimeSpan.FromSeconds(_pod["spec"]!["terminationGracePeriodSeconds"]?.GetValue<int>() ?? 30);
        var begin = _clock.GetTimestamp();
        if (_container["lifecycle"]?["preStop"] is { } hook && grace > TimeSpan.Zero)
        {
            using var late = new CancellationTokenSource(grace, _clock);
            try
            {
                await actions.RunAsync(hook, late.Token);
            }
            catch (OperationCanceledException)
            {
                _logger.ProbeFails(_pod.Name(), "preStop", "it did not end within the grace period");
            }
        }

        var rest = grace - _clock.GetElapsedTime(begin);
        await process.StopAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
    }

    private string Name => _container["name"]!.ToString();

    private async Task<(ContainerProcess, ContainerActions)> StartAsync()
    {
        while (true)
        {
            try
            {
                return Start();
            }
            catch (Exception e) when (e is PodNotReadyException or IOException or UnauthorizedAccessException or FormatException)
            {
                var reason = (e as PodNotReadyException)?.Reason ?? "CreateContainerError";
                if (_state.Waiting?.Message != e.Message)
                {
                    _logger.ContainerWaits(_pod.Name(), reason, e.Message);
                }

                Show(_state with { Waiting = (reason, e.Message) });
                await Task.Delay(TryAgain, _clock, _stopping.Token);
            }
        }
    }

    private (ContainerProcess, ContainerActions) Start()
    {
        var folders = _volumes.Folders();
        var paths = new PodPaths(_container, folders);
        _volumes.Fill(folders, paths);
        var environment = new ContainerEnvironment(_api, _pod, _container, _address.ToString(), paths);
        var all = _options.Environment.ToDictionary(
            entry => entry.Key, entry => entry.Value.Replace("{podIP}", _address.ToString(), StringComparison.Ordinal), StringComparer.Ordinal);
        foreach (var (name, value) in environment.Values)
        {
            all[name] = value;
        }

        all["HOSTNAME"] = _pod["spec"]!["hostname"]?.ToString() ?? _pod.Name();
        var commands = new ContainerCommand(_container, _options.Images, text => paths.Here(environment.Expand(text)));
        var log = new LogFile(PodLogs.FileOf(_options.Directory, Key, Name), _options.MaxLogBytes);
        try
        {
            var workingDirectory = _container["workingDir"]?.ToString() is { } wanted && Directory.Exists(paths.Here(wanted)) ? paths.Here(wanted) : null;
            var process = ContainerProcess.Start(commands.Main(), workingDirectory, all, log, _clock);
            return (process, new ContainerActions(_container, _address, commands.Of, all));
        }
        catch (PodNotReadyException)
        {
            log.Dispose();
            throw;
        }
    }

    private void Show(ContainerState state)
    {
        lock (_lock)
        {
            _state = state;
            _status.Write(_container, state);
        }
    }
}
