using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client;

namespace Rocketeer.Cli.Commands;

/// <summary><c>latency</c> of a cluster, a broker and a topic: how long a send takes, one after the other.</summary>
internal static class LatencyCommands
{
    private const int LargestBody = 4 * 1024 * 1024;

    public static ExampleCommand OfCluster(CommandContext context)
    {
        var cluster = new Option<string?>("--cluster", "-c") { Description = "Only this cluster." };
        var (count, size) = (CountOption(50), SizeOption());
        var interval = CommandContext.Between(new("--interval") { Description = "Seconds between rounds.", DefaultValueFactory = _ => 10 }, 1, 86_400);
        var rounds = CommandContext.Between(new("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 1 }, 1, int.MaxValue);
        return context.Asking(
            "latency",
            "Sends to every broker, into the topic that carries its name, and shows how long a send takes.",
            "rocketctl cluster latency --count 50 --size 128",
            [cluster, count, size, interval, rounds],
            async (parsed, client, cancellationToken) =>
            {
                for (var round = 1; ; round++)
                {
                    var rows = await RoundAsync(client, parsed.GetValue(cluster), parsed.GetValue(count), parsed.GetValue(size), cancellationToken);
                    context.Show(parsed, new Listing<(string Cluster, string Broker, IReadOnlyList<ProbeResult> Sends)>(rows) { WhenEmpty = "No broker is registered." }
                        .Column("Cluster", row => row.Cluster)
                        .Column("Broker", row => row.Broker)
                        .Column("Mean ms", row => Mean(row.Sends))
                        .Column("Max ms", row => row.Sends.Select(send => send.Milliseconds).DefaultIfEmpty(double.NaN).Max())
                        .Column("Sent", row => row.Sends.Count(send => send.Fault is null))
                        .Column("Failed", row => row.Sends.Count(send => send.Fault is not null))
                        .Column("Fault", row => row.Sends.Select(send => send.Fault).FirstOrDefault(fault => fault is not null)));
                    if (round == parsed.GetValue(rounds))
                    {
                        return;
                    }

                    await Task.Delay(TimeSpan.FromSeconds(parsed.GetValue(interval)), context.Terminal.Clock, cancellationToken);
                }
            });
    }

    public static ExampleCommand OfBroker(CommandContext context)
    {
        var broker = new Argument<string>("name") { Description = "Name of the broker." };
        var (count, size) = (CountOption(50), SizeOption());
        return context.Asking(
            "latency", "Sends to one broker, into the topic that carries its name, and shows what became of each message.", "rocketctl broker latency broker-a",
            [broker, count, size],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(broker);
                Show(context, parsed, await LatencyProbe.RunAsync(client, name, name, parsed.GetValue(count), parsed.GetValue(size), cancellationToken));
            });
    }

    public static ExampleCommand OfTopic(CommandContext context)
    {
        var topic = new Argument<string>("topic") { Description = "Name of the topic; the messages stay in it." };
        var (count, size) = (CountOption(100), SizeOption());
        return context.Asking(
            "latency", "Sends to the queues of a topic in turn and shows how long each send takes.", "rocketctl topic latency orders --count 100 --size 128",
            [topic, count, size],
            async (parsed, client, cancellationToken) => Show(
                context,
                parsed,
                await LatencyProbe.RunAsync(client, parsed.GetRequiredValue(topic), null, parsed.GetValue(count), parsed.GetValue(size), cancellationToken)));
    }

    private static async Task<IReadOnlyList<(string Cluster, string Broker, IReadOnlyList<ProbeResult> Sends)>> RoundAsync(
        RocketeerClient client, string? only, int count, int size, CancellationToken cancellationToken)
    {
        var info = await client.Admin.GetClusterAsync(cancellationToken);
        if (only is not null)
        {
            await ClusterChoice.ResolveAsync(client.Admin, only, cancellationToken);
        }

        var rows = new List<(string Cluster, string Broker, IReadOnlyList<ProbeResult> Sends)>();
        foreach (var (cluster, brokers) in info.ClusterAddrTable.Where(pair => only is null || pair.Key == only).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            foreach (var broker in brokers.Order(StringComparer.Ordinal))
            {
                rows.Add((cluster, broker, await LatencyProbe.RunAsync(client, broker, broker, count, size, cancellationToken)));
            }
        }

        return rows;
    }

    private static void Show(CommandContext context, ParseResult parsed, IReadOnlyList<ProbeResult> sends) =>
        context.Show(parsed, new Listing<ProbeResult>(sends) { WhenEmpty = "", Summary = $"Mean {Cell.Number(Mean(sends))} ms" }
            .Column("Broker", send => send.Queue.BrokerName)
            .Column("Queue", send => send.Queue.QueueId)
            .Column("Result", send => send.Status)
            .Column("Milliseconds", send => send.Milliseconds)
            .Column("Fault", send => send.Fault));

    private static double Mean(IReadOnlyList<ProbeResult> sends) => sends.Select(send => send.Milliseconds).DefaultIfEmpty(double.NaN).Average();

    private static Option<int> CountOption(int usual) =>
        CommandContext.Between(new("--count", "-a") { Description = "Messages.", DefaultValueFactory = _ => usual }, 1, 1_000_000);

    private static Option<int> SizeOption() =>
        CommandContext.Between(new("--size", "-s") { Description = "Bytes of each body.", DefaultValueFactory = _ => 128 }, 1, LargestBody);
}
