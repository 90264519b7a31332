using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rocketeer.Client.Consuming;

namespace Rocketeer.Client.Hosting.Health;

/// <summary>Whether a consumer of the host runs, and moves. A paused consumer, and one that has no queue, are well.</summary>
internal sealed class ConsumerHealthCheck(ConsumerService service) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (service.Consumer?.Progress is not { } progress)
        {
            return Task.FromResult(new HealthCheckResult(
                context.Registration.FailureStatus, $"The consumer of group '{service.Group}' is not running: it has not started, could not start, or was stopped."));
        }

        var data = new Dictionary<string, object>
        {
            ["group"] = service.Group,
            ["queues"] = progress.Queues,
            ["waiting"] = progress.Waiting,
            ["lag"] = progress.Lag,
        };
        return Task.FromResult(progress.Stalled.Count == 0
            ? HealthCheckResult.Healthy(progress.Queues == 0 ? $"The consumer of group '{service.Group}' has no queue now." : null, data)
            : new HealthCheckResult(
                context.Registration.FailureStatus, $"The consumer of group '{service.Group}' stands still: {string.Join(' ', progress.Stalled)}", null, data));
    }
}
