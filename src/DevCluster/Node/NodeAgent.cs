using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Node;

/// <summary>The one node: takes every pod, gives it an address of its own and runs it, until the pod or the node goes. No process outlives it.</summary>
internal sealed class NodeAgent : IAsyncDisposable
{
    /// <summary>Name of the node.</summary>
    public const string NodeName = "this-machine";

    private static readonly WriteOptions Writer = new("kubelet");
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestGraceAtTheEnd = TimeSpan.FromSeconds(10);

    private readonly ResourceApi _api;
    private readonly NodeOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Dictionary<string, PodRunner> _runners = new(StringComparer.Ordinal);
    private readonly ChangeSignal _changes;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private uint _addresses;

    /// <summary>Starts the node.</summary>
    public NodeAgent(ResourceApi api, NodeOptions options, TimeProvider clock, ILogger<NodeAgent> logger)
    {
        _api = api;
        _options = options;
        _clock = clock;
        _logger = logger;
        _changes = new ChangeSignal(api.Store, BuiltInTypes.Pods, BuiltInTypes.ConfigMaps, BuiltInTypes.Secrets);
        _running = RunAsync();
    }

    /// <summary>Stops every pod's process, all at once, and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        await _changes.DisposeAsync();
        foreach (var runner in _runners.Values)
        {
            runner.Stop(LongestGraceAtTheEnd);
        }

        foreach (var runner in _runners.Values)
        {
            await runner.Ended;
            runner.Dispose();
        }

        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                Pass();
                await _changes.WaitAsync(LongestPause, _clock, _ending.Token);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return; // asked to stop
        }
    }

    private void Pass()
    {
        var pods = _api.Store.List(BuiltInTypes.Pods, null).Items;
        foreach (var pod in pods)
        {
            try
            {
                Sync(pod);
            }
            catch (Exception e) when (e is ApiException or IOException or InvalidOperationException)
            {
                _logger.PassFailed("pod " + pod.Name(), e.Message);
            }
        }

        var known = pods.Select(pod => pod.Uid()).ToHashSet(StringComparer.Ordinal);
        foreach (var (uid, runner) in _runners.ToList())
        {
            if (runner.Ended.IsCompleted)
            {
                _runners.Remove(uid);
                runner.Dispose();
            }
            else if (!known.Contains(uid))
            {
                runner.Stop(TimeSpan.Zero); // deleted by force
            }
        }
    }

    private void Sync(JsonObject pod)
    {
        if (_runners.TryGetValue(pod.Uid(), out var runner))
        {
            if (!pod.IsTerminating())
            {
                runner.Refresh();
            }
            else if (runner.Ended.IsCompleted)
            {
                _api.FinishPod(pod.Key());
            }
            else
            {
                runner.Stop(TimeSpan.FromSeconds(pod["metadata"]!["deletionGracePeriodSeconds"]?.GetValue<long>() ?? 30));
            }
        }
        else if (pod.IsTerminating())
        {
            _api.FinishPod(pod.Key());
        }
        else if (!pod.IsFinished())
        {
            Start(pod);
        }
    }

    private void Start(JsonObject pod)
    {
        if (pod["spec"]?["containers"] is not JsonArray { Count: > 0 })
        {
            throw ApiException.BadRequest("the pod has no containers");
        }

        var bound = _api.Modify(BuiltInTypes.Pods, pod.Key(), "", Writer, item => item["spec"]!["nodeName"] = NodeName);
        var runner = new PodRunner(_api, bound, NextAddress(), _options, _clock, _logger);
        _runners[pod.Uid()] = runner;
        _ = FinishAsync(runner, pod.Uid());
    }

    // The pod object goes when its process has gone; a pod that ended by itself stays.
    private async Task FinishAsync(PodRunner runner, string uid)
    {
        await runner.Ended;
        try
        {
            if (_api.Store.Find(BuiltInTypes.Pods, runner.Key) is { } pod && pod.Uid() == uid && pod.IsTerminating())
            {
                _api.FinishPod(runner.Key);
            }
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return; // gone already
        }
    }

    // Never used twice, as in a real cluster: who keeps an address of a former pod finds out.
    private IPAddress NextAddress()
    {
        var bytes = _options.FirstAddress.GetAddressBytes();
        do
        {
            _addresses++;
        }
        while ((_addresses & 255) is 0 or 255);
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) + _addresses;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}
