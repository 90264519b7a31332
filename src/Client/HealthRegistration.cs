using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Hosting;
using Rocketeer.Client.Hosting.Health;

namespace Rocketeer.Client;

/// <summary>Adds health checks of a client and its consumers.</summary>
public static class HealthRegistration
{
    /// <summary>
    /// Adds a check of the client, named <c>rocketeer</c> (of a named client <c>rocketeer:name</c>), and one of each of its consumers, also of
    /// those added later, named <c>rocketeer:consumer:</c> and <see cref="RocketeerBuilder.KeyOf"/>. The client's check asks a name server
    /// for the brokers and looks at the last heartbeats; it is degraded while a part does not answer and fails when nothing does. A
    /// consumer's check fails while it is not running, while a queue had no answer to a pull for two minutes, and while messages wait that
    /// no handler took for <see cref="PushConsumerOptions.ConsumeTimeout"/>.
    /// </summary>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="failureStatus">What a failure is reported as; null for unhealthy.</param>
    /// <param name="tags">Tags of the checks, for example <c>ready</c>.</param>
    public static RocketeerBuilder AddHealthChecks(
        this RocketeerBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.TryAddHealthChecks())
        {
            throw new InvalidOperationException("The health checks of this client were added already.");
        }

        string[] labels = [.. tags ?? []];
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            builder.ClientName.Length == 0 ? "rocketeer" : $"rocketeer:{builder.ClientName}",
            provider => new ClientHealthCheck(builder.ClientOf(provider)),
            failureStatus,
            labels));
        builder.Services.Configure<HealthCheckServiceOptions>(options =>
        {
            foreach (var key in builder.GroupsOf(GroupKind.Consumers).Select(builder.KeyOf))
            {
                options.Registrations.Add(new HealthCheckRegistration(
                    $"rocketeer:consumer:{key}",
                    provider => new ConsumerHealthCheck(provider.GetRequiredKeyedService<ConsumerService>(key)),
                    failureStatus,
                    labels));
            }
        });
        return builder;
    }
}
