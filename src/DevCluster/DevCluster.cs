using Rocketeer.DevCluster.Display;
using Rocketeer.DevCluster.Processes;
using Rocketeer.DevCluster.Work;
using Spectre.Console;

namespace Rocketeer.DevCluster;

/// <summary>Starts the servers, puts a producer and a consumer to work, and shows them until it is told to stop.</summary>
internal static class DevCluster
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>Runs the whole thing; the exit code.</summary>
    public static async Task<int> RunAsync(DevClusterOptions options, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var directory = options.ResolveDirectory();
        var begin = clock.GetTimestamp();
        try
        {
            await using var cluster = await LocalCluster.StartAsync(
                directory,
                new ClusterPorts(),
                server => Console.Out.WriteLine($"{server.Name,-12} {server.Role,-12} listens on {server.EndPoint}"),
                clock,
                cancellationToken);
            await using var workload = await DemoWorkload.StartAsync(cluster.NameServers, clock, cancellationToken);
            Console.Out.WriteLine($"ready after {clock.GetElapsedTime(begin).TotalSeconds:0.0} s");
            return options.Once
                ? await OnceRun.RunAsync(workload, options.Messages, options.BodyBytes, Console.Out, clock, cancellationToken) ? Success : Failure
                : await ShowAsync(options, cluster, workload, clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return options.Once ? Failure : Success;
        }
        catch (Exception e) when (e is ServerFailedException or IOException or Client.RocketeerException)
        {
            await Console.Error.WriteLineAsync($"DevCluster stopped: {e.Message}");
            return Failure;
        }
        finally
        {
            if (options.Once && options.Directory is null && Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static async Task<int> ShowAsync(
        DevClusterOptions options, LocalCluster cluster, DemoWorkload workload, TimeProvider clock, CancellationToken cancellationToken)
    {
        Console.Out.WriteLine(Hints.For(cluster));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producing = ProduceAsync(options, workload, clock, ended.Token);
        await new LiveView(cluster, workload, AnsiConsole.Console, clock).RunAsync(cancellationToken);
        await ended.CancelAsync();
        await producing;
        return Success;
    }

    private static async Task ProduceAsync(DevClusterOptions options, DemoWorkload workload, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / options.Rate), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await workload.SendAsync(options.BodyBytes, cancellationToken);
                }
                catch (Client.RocketeerException e)
                {
                    // A broker that was killed on purpose: the view shows it, the next tick tries again.
                    await Console.Error.WriteLineAsync($"send failed: {e.Message}");
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // asked to stop
        }
    }
}
