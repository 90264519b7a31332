using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Rocketeer.DevCluster.Node;

/// <summary>The startup, readiness and liveness probes of one run of a container, with the numbers and defaults of Kubernetes.</summary>
internal sealed class ContainerProbes(JsonNode container, string pod, ContainerActions actions, TimeProvider clock, ILogger logger)
{
    /// <summary>Probes until the run has to be ended or the cancellation.</summary>
    /// <param name="started">Called once the container counts as started.</param>
    /// <param name="ready">Called when its readiness changes.</param>
    /// <param name="cancellationToken">Ends probing.</param>
    public async Task UntilDeadAsync(Action started, Action<bool> ready, CancellationToken cancellationToken)
    {
        if (container["startupProbe"] is { } startup && !await PassesAsync(startup, cancellationToken))
        {
            return;
        }

        started();
        if (container["readinessProbe"] is null)
        {
            ready(true);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readiness = container["readinessProbe"] is { } probe ? FollowAsync("readiness", probe, ready, ending.Token) : Task.CompletedTask;
        try
        {
            if (container["livenessProbe"] is { } liveness)
            {
                using var dead = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                await FollowAsync("liveness", liveness, alive => EndIfDead(alive, dead), dead.Token, initially: true);
            }
            else
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await readiness;
        }
    }

    private static void EndIfDead(bool alive, CancellationTokenSource dead)
    {
        if (!alive)
        {
            dead.Cancel();
        }
    }

    // The startup probe: true once it succeeds, false after too many failures.
    private async Task<bool> PassesAsync(JsonNode probe, CancellationToken cancellationToken)
    {
        var passed = false;
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await FollowAsync("startup", probe, Decide, decided.Token, initially: null);
        cancellationToken.ThrowIfCancellationRequested();
        return passed;

        void Decide(bool ok)
        {
            passed = ok;
            decided.Cancel();
        }
    }

    // Reports each change of the probe's verdict until cancelled; returns then, and does not throw.
    private async Task FollowAsync(string name, JsonNode probe, Action<bool> changed, CancellationToken cancellationToken, bool? initially = false)
    {
        var verdict = initially;
        var (good, bad) = (0, 0);
        try
        {
            await Task.Delay(Seconds(probe, "initialDelaySeconds", 0), clock, cancellationToken);
            while (true)
            {
                var failure = await TryAsync(probe, cancellationToken);
                (good, bad) = failure is null ? (good + 1, 0) : (0, bad + 1);
                if (bad == Number(probe, "failureThreshold", 3))
                {
                    logger.ProbeFails(pod, name, failure!);
                }

                bool? now = good >= Number(probe, "successThreshold", 1) ? true : bad >= Number(probe, "failureThreshold", 3) ? false : verdict;
                if (now != verdict)
                {
                    verdict = now;
                    changed(now!.Value);
                }

                await Task.Delay(Seconds(probe, "periodSeconds", 10), clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // the run is over, or the verdict is spoken
        }
    }

    private async Task<string?> TryAsync(JsonNode probe, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Seconds(probe, "timeoutSeconds", 1), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await actions.RunAsync(probe, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    private static int Number(JsonNode probe, string name, int otherwise) => probe[name]?.GetValue<int>() ?? otherwise;

    private static TimeSpan Seconds(JsonNode probe, string name, int otherwise) => TimeSpan.FromSeconds(Number(probe, name, otherwise));
}
