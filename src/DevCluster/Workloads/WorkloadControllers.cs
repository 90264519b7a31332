using Microsoft.Extensions.Logging;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>
/// What a real cluster's controller manager does for the operator's objects: StatefulSets make pods and claims, claims are bound, budgets are
/// counted. Each pass looks at everything, which is little on one machine, so that no change can be missed. What runs the pods is apart
/// from it.
/// </summary>
internal sealed class WorkloadControllers : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly ResourceApi _api;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly StatefulSetController _sets;
    private readonly VolumeClaimController _claims;
    private readonly DisruptionBudgetController _budgets;
    private readonly ChangeSignal _changes;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    /// <summary>Starts the controllers.</summary>
    /// <param name="api">The objects.</param>
    /// <param name="directory">Where claims have their folders.</param>
    /// <param name="clock">For times of readiness.</param>
    /// <param name="logger">Where failures go.</param>
    public WorkloadControllers(ResourceApi api, string directory, TimeProvider clock, ILogger<WorkloadControllers> logger)
    {
        _api = api;
        _clock = clock;
        _logger = logger;
        _sets = new StatefulSetController(api, clock);
        _claims = new VolumeClaimController(api, new ClaimFolders(directory));
        _budgets = new DisruptionBudgetController(api);
        _changes = new ChangeSignal(
            api.Store, BuiltInTypes.StatefulSets, BuiltInTypes.Pods, BuiltInTypes.VolumeClaims, BuiltInTypes.DisruptionBudgets);
        _running = RunAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        await _changes.DisposeAsync();
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = TimeSpan.Zero;
        try
        {
            while (true)
            {
                pause = Pass();
                await _changes.WaitAsync(pause, _clock, _ending.Token);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return; // asked to stop
        }
    }

    // One set that cannot be served must not keep the others from being served.
    private TimeSpan Pass()
    {
        var pause = LongestPause;
        Try("claims", () => _claims.Sync());
        foreach (var set in _api.Store.List(BuiltInTypes.StatefulSets, null).Items)
        {
            Try("StatefulSet " + set.Name(), () => pause = Min(pause, _sets.Sync(set)));
        }

        Try("budgets", () => _budgets.Sync());
        return pause;

        void Try(string what, Action action)
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is ApiException or IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
            {
                _logger.PassFailed(what, e.Message);
                pause = Min(pause, AfterFailure);
            }
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
