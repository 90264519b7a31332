using k8s;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rocketeer.Hosting.Probes;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Members;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Leading;

namespace Rocketeer.Operator;

/// <summary>The operator's life inside its process: it watches always, so that it is ready to take over, and works while it leads.</summary>
internal sealed class OperatorService(
    OperatorOptions options,
    KubernetesClientConfiguration configuration,
    ServerHealth health,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILoggerFactory loggers) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = new Kubernetes(configuration);
        await using var views = new ClusterViews((_, addresses) => new ClusterAdmin(addresses, null, clock, loggers), clock);
        await using var members = new MemberControllers(
            new KubeApi(client), options.WatchNamespace.Length == 0 ? null : options.WatchNamespace, views, clock, loggers);
        health.AddReadiness(() => members.IsSynced ? null : "The operator has not read all resources yet.");

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var watching = members.WatchAsync(stopping.Token);
        var working = LeadAsync(client, members, stopping.Token);
        health.AddLiveness(() => watching.IsCompleted && !stoppingToken.IsCancellationRequested ? "The operator no longer watches." : null);
        await Task.WhenAny(watching, working);
        await stopping.CancelAsync();
        try
        {
            await Task.WhenAll(watching, working);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            lifetime.StopApplication(); // nothing is left to do, whoever asked for it
        }
    }

    private async Task LeadAsync(Kubernetes client, MemberControllers members, CancellationToken cancellationToken)
    {
        if (!options.LeaderElection)
        {
            await members.WorkAsync(options.Workers, cancellationToken);
            return;
        }

        var identity = $"{Environment.MachineName}-{Guid.NewGuid():N}";
        var leader = new LeaderHost(client, options.OperatorNamespace, identity, LeaseTimes.Default, clock, loggers.CreateLogger<LeaderHost>());
        if (!await leader.RunAsync(token => members.WorkAsync(options.Workers, token), cancellationToken))
        {
            Environment.ExitCode = 1;
        }
    }
}
