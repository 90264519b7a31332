using k8s;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Runtime.Leading;

/// <summary>
/// Lets the work run in one operator at a time, by a Lease, with what KubernetesClient's elector leaves to others (operator reference, 5.2,
/// traps 3 to 7): a Lease is given back with an empty holder, never without one, so that the next operator need not wait for its end;
/// failures are logged; and who loses the Lease never leads again in this process.
/// </summary>
/// <param name="client">The connection to the API server.</param>
/// <param name="namespace">Namespace of the Lease.</param>
/// <param name="identity">Who this operator is, different for every process.</param>
/// <param name="times">How long things last.</param>
/// <param name="clock">For time stamps.</param>
/// <param name="logger">Told of who leads.</param>
internal sealed class LeaderHost(Kubernetes client, string @namespace, string identity, LeaseTimes times, TimeProvider clock, ILogger<LeaderHost> logger)
{
    /// <summary>Name of the Lease.</summary>
    public const string LeaseName = "rocketeer-operator-leader";

    /// <summary>Waits for the Lease, works while it holds it, gives it back.</summary>
    /// <param name="work">What only the leader does; ends when its token is cancelled.</param>
    /// <param name="cancellationToken">Ends in order.</param>
    /// <returns>False when the Lease was lost; the process must end then.</returns>
    public async Task<bool> RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var holding = new CancellationTokenSource();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var leads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var elector = Elector(leads);
        var lease = elector.RunUntilLeadershipLostAsync(holding.Token);
        var stop = Task.Delay(Timeout.InfiniteTimeSpan, clock, working.Token);

        await Task.WhenAny(leads.Task, lease, stop);
        var task = leads.Task.IsCompletedSuccessfully && !cancellationToken.IsCancellationRequested ? work(working.Token) : Task.CompletedTask;
        if (leads.Task.IsCompletedSuccessfully)
        {
            logger.Leads(identity);
            await Task.WhenAny(task, lease, stop);
        }

        var lost = lease.IsCompleted && !cancellationToken.IsCancellationRequested;
        if (lost)
        {
            logger.LeadershipLost();
        }

        // First the work ends, then the Lease: nobody writes beside the next leader.
        await working.CancelAsync();
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (working.IsCancellationRequested)
        {
            logger.WorkEnded(identity);
        }
        finally
        {
            await holding.CancelAsync();
            await lease.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ReleaseAsync();
        }

        return !lost;
    }

    private LeaderElector Elector(TaskCompletionSource leads)
    {
        var elector = new LeaderElector(new LeaderElectionConfig(new LeaseLock(client, @namespace, LeaseName, identity))
        {
            LeaseDuration = times.Duration, RenewDeadline = times.RenewDeadline, RetryPeriod = times.RetryPeriod,
        });
        elector.OnStartedLeading += () => leads.TrySetResult();
        elector.OnError += e => logger.LeaseFailed(e, $"{@namespace}/{LeaseName}");
        elector.OnNewLeader += leader =>
        {
            if (leader != identity)
            {
                logger.OtherLeads(leader);
            }
        };
        return elector;
    }

    private async Task ReleaseAsync()
    {
        var api = new KubeApi(client);
        try
        {
            if (await api.FindAsync<V1Lease>(@namespace, LeaseName, CancellationToken.None) is { } lease && lease.Spec.HolderIdentity == identity)
            {
                lease.Spec.HolderIdentity = "";
                lease.Spec.LeaseDurationSeconds = 1;
                lease.Spec.RenewTime = clock.GetUtcNow().UtcDateTime;
                await api.ReplaceAsync(lease, CancellationToken.None);
            }
        }
        catch (KubeApiException e)
        {
            logger.LeaseFailed(e, $"{@namespace}/{LeaseName}"); // it runs out by itself
        }
    }
}

/// <summary>How long the Lease of the operator lasts.</summary>
/// <param name="Duration">How long it holds without being renewed.</param>
/// <param name="RenewDeadline">How long its holder tries to renew it before it gives up.</param>
/// <param name="RetryPeriod">Time between tries.</param>
internal sealed record LeaseTimes(TimeSpan Duration, TimeSpan RenewDeadline, TimeSpan RetryPeriod)
{
    /// <summary>As other operators have them.</summary>
    public static LeaseTimes Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));
}
