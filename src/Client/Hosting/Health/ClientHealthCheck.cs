using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Hosting.Health;

/// <summary>
/// Asks a name server something, and looks at the last heartbeat of each broker in use. A client works on with the routes that it knows
/// while no name server answers, so that alone is no failure: to restart every application would not help.
/// </summary>
internal sealed class ClientHealthCheck(RocketeerClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (client.IsDisposed)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The client was disposed.");
        }

        var nameServers = await AskNameServersAsync(cancellationToken).ConfigureAwait(false);
        var (silent, targets) = client.Heartbeats.Answers();
        var missing = MissingRoutes();
        var complaints = new List<string>();
        if (nameServers is not null)
        {
            complaints.Add(nameServers.Message);
        }

        if (silent.Count > 0)
        {
            complaints.Add($"No answer to the last heartbeat from {string.Join(", ", silent)}.");
        }

        if (missing.Count > 0)
        {
            complaints.Add($"No route to {string.Join(", ", missing)}.");
        }

        var brokersAnswer = silent.Count < targets;
        var status = complaints.Count == 0 ? HealthStatus.Healthy
            : !brokersAnswer && (nameServers is not null || targets > 0) ? context.Registration.FailureStatus
            : HealthStatus.Degraded;
        var data = new Dictionary<string, object>
        {
            ["clientId"] = client.ClientId,
            ["nameServers"] = client.Options.NameServers,
            ["brokers"] = targets,
            ["brokersSilent"] = silent.Count,
        };
        return new HealthCheckResult(status, complaints.Count == 0 ? null : string.Join(' ', complaints), nameServers, data);
    }

    private async ValueTask<RocketeerException?> AskNameServersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.NameServers.InvokeAsync(static () => RemotingCommand.Request(RequestCode.GetBrokerClusterInfo), cancellationToken)
                .ConfigureAwait(false);
            return null;
        }
        catch (RocketeerException failure)
        {
            return failure;
        }
    }

    /// <summary>Topics of consumers that have no route. Retry topics are made when they are first needed.</summary>
    private List<string> MissingRoutes() =>
    [
        .. client.Groups.Members.SelectMany(member => member.Topics).Distinct()
            .Where(topic => !topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal) && client.Routes.Find(topic) is null).Order(),
    ];
}
