using System.Globalization;
using Rocketeer.DevCluster.Processes;
using Rocketeer.DevCluster.Work;
using Spectre.Console;

namespace Rocketeer.DevCluster.Display;

/// <summary>The table that a person looks at: servers, messages, rates. Printed once a second as plain lines where there is no terminal.</summary>
internal sealed class LiveView(LocalCluster cluster, DemoWorkload workload, IAnsiConsole console, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private (long Sent, long Received, long At) _before = (0, 0, clock.GetTimestamp());

    /// <summary>Shows the cluster until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        console.Profile.Capabilities.Interactive
            ? console.Live(Build()).AutoClear(false).StartAsync(context => RefreshAsync(
                () =>
                {
                    context.UpdateTarget(Build());
                    context.Refresh();
                },
                cancellationToken))
            : RefreshAsync(() => console.WriteLine(Line()), cancellationToken);

    private static async Task RefreshAsync(Action show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                show();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C: the last picture stays on the screen
        }
    }

    private Rows Build()
    {
        var table = new Table().Border(TableBorder.Rounded).Title("Rocketeer on this machine");
        table.AddColumns("Server", "Role", "Address", "Process", "State", "Memory");
        foreach (var server in cluster.Servers)
        {
            table.AddRow(
                server.Name,
                server.Role,
                server.EndPoint.ToString(),
                server.Id.ToString(CultureInfo.InvariantCulture),
                server.IsRunning ? "[green]running[/]" : "[red]ended[/]",
                $"{server.ResidentBytes / (1024 * 1024)} MiB");
        }

        return new Rows(table, new Text(Line()));
    }

    private string Line()
    {
        var ledger = workload.Ledger;
        var now = (Sent: ledger.Acknowledged, Received: ledger.Arrived, At: clock.GetTimestamp());
        var seconds = Math.Max(0.001, clock.GetElapsedTime(_before.At, now.At).TotalSeconds);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"topic {DemoWorkload.Topic}: {now.Sent} sent ({(now.Sent - _before.Sent) / seconds:0}/s), {now.Received} received "
            + $"({(now.Received - _before.Received) / seconds:0}/s), lag {Math.Max(0, now.Sent - now.Received)}, "
            + $"p50 {ledger.LatencyPercentile(50):0.0} ms, p99 {ledger.LatencyPercentile(99):0.0} ms");
        _before = now;
        return line;
    }
}
