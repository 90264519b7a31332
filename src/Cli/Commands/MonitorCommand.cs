using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>cluster monitor</c>: looks at every group again and again, and says what looks wrong.</summary>
internal static class MonitorCommand
{
    public static ExampleCommand Create(CommandContext context)
    {
        var interval = CommandContext.Between(new("--interval") { Description = "Seconds between rounds.", DefaultValueFactory = _ => 60 }, 1, 86_400);
        var rounds = CommandContext.Between(new("--rounds") { Description = "Rounds. Default: until Ctrl-C." }, 1, int.MaxValue);
        var lag = new Option<long>("--max-lag") { Description = "Report topics of groups that are further behind.", DefaultValueFactory = _ => 0 };
        return context.Asking(
            "monitor",
            "Reports, round by round, groups that are behind and consumers that look wrong. Groups without consumers are left out.",
            "rocketctl cluster monitor --interval 60 --max-lag 1000",
            [interval, rounds, lag],
            async (parsed, client, cancellationToken) =>
            {
                for (var round = 1; ; round++)
                {
                    var findings = await RoundAsync(context, client.Admin, parsed.GetValue(lag), cancellationToken);
                    context.Show(parsed, new Listing<Finding>(findings) { WhenEmpty = $"{Cell.Time(Now(context).ToUnixTimeMilliseconds())} Nothing looks wrong." }
                        .Column("Time", _ => Now(context))
                        .Column("Group", finding => finding.Group)
                        .Column("Topic", finding => finding.Topic)
                        .Column("Lag", finding => finding.Lag)
                        .Column("Largest of a queue", finding => finding.LargestLag)
                        .Column("Behind seconds", finding => finding.BehindSeconds)
                        .Column("Fault", finding => finding.Fault));
                    if (parsed.GetResult(rounds) is not null && round >= parsed.GetValue(rounds))
                    {
                        return;
                    }

                    await Task.Delay(TimeSpan.FromSeconds(parsed.GetValue(interval)), context.Terminal.Clock, cancellationToken);
                }
            });
    }

    private static DateTimeOffset Now(CommandContext context) => context.Terminal.Clock.GetUtcNow();

    private static async Task<IReadOnlyList<Finding>> RoundAsync(CommandContext context, AdminClient admin, long maxLag, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var groups = (await admin.GetTopicsAsync(cancellationToken: cancellationToken))
            .Where(topic => topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal))
            .Select(topic => topic[TopicNames.RetryPrefix.Length..])
            .Order(StringComparer.Ordinal)
            .ToArray();
        await context.Terminal.ForEachAsync("Groups", groups, async group =>
        {
            try
            {
                if (await admin.FindConsumerConnectionsAsync(group, cancellationToken) is { } online)
                {
                    findings.AddRange(await BehindAsync(context, admin, group, maxLag, cancellationToken));
                    findings.AddRange(await FaultsAsync(context, admin, group, online, cancellationToken));
                }
            }
            catch (RocketeerException unknown)
            {
                findings.Add(new Finding(group, null, null, null, null, unknown.Message));
            }
        });
        return findings;
    }

    private static async Task<IEnumerable<Finding>> BehindAsync(
        CommandContext context, AdminClient admin, string group, long maxLag, CancellationToken cancellationToken)
    {
        var stats = await admin.GetConsumeStatsAsync(group, cancellationToken: cancellationToken);
        return stats.OffsetTable
            .GroupBy(pair => pair.Key.Topic, pair => (Lag: Math.Max(0, pair.Value.BrokerOffset - pair.Value.ConsumerOffset), pair.Value.LastTimestamp))
            .Where(topic => topic.Sum(queue => queue.Lag) > maxLag)
            .OrderBy(topic => topic.Key, StringComparer.Ordinal)
            .Select(topic => new Finding(
                group, topic.Key, topic.Sum(queue => queue.Lag), topic.Max(queue => queue.Lag), BehindSeconds(topic, Now(context)), null));
    }

    /// <summary>Age of the oldest message that is the last one consumed of a queue with more to consume.</summary>
    private static long? BehindSeconds(IEnumerable<(long Lag, long LastTimestamp)> queues, DateTimeOffset now)
    {
        var last = queues.Where(queue => queue is { Lag: > 0, LastTimestamp: > 0 }).Select(queue => queue.LastTimestamp).DefaultIfEmpty(0).Min();
        return last > 0 ? Math.Max(0, now.ToUnixTimeMilliseconds() - last) / 1000 : null;
    }

    private static async Task<IEnumerable<Finding>> FaultsAsync(
        CommandContext context, AdminClient admin, string group, ConsumerConnection online, CancellationToken cancellationToken)
    {
        var infos = new SortedDictionary<string, ConsumerRunningInfo>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var client in online.ConnectionSet.Select(connection => connection.ClientId).Distinct(StringComparer.Ordinal))
        {
            try
            {
                infos[client] = await admin.GetConsumerRunningInfoAsync(group, client, cancellationToken: cancellationToken);
            }
            catch (RocketeerException silent)
            {
                faults.Add($"{client} does not say what it does: {silent.Message}");
            }
        }

        return faults.Concat(ConsumerHealth.FaultsOf(infos, Now(context))).Select(fault => new Finding(group, null, null, null, null, fault));
    }

    private sealed record Finding(string Group, string? Topic, long? Lag, long? LargestLag, long? BehindSeconds, string? Fault);
}
