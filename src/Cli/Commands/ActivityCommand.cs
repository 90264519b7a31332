using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>cluster activity</c>: what goes in and out of every topic, and how far behind its groups are.</summary>
internal static class ActivityCommand
{
    private const string Puts = "TOPIC_PUT_NUMS";
    private const string Gets = "GROUP_GET_NUMS";

    public static ExampleCommand Create(CommandContext context)
    {
        var topic = new Option<string?>("--topic", "-t") { Description = "Only this topic." };
        var active = new Option<bool>("--active", "-a") { Description = "Only topics with messages in the last 24 hours." };
        return context.Asking(
            "activity", "Shows what went in and out of every topic, and how far behind its groups are.", "rocketctl cluster activity --active", [topic, active],
            async (parsed, client, cancellationToken) =>
            {
                var topics = parsed.GetValue(topic) is { } one ? [one] : (await client.Admin.GetTopicsAsync(cancellationToken: cancellationToken))
                    .Where(name => !name.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal) && !name.StartsWith(TopicNames.DeadLetterPrefix, StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
                    .ToArray();
                var rows = new List<Activity>();
                await context.Terminal.ForEachAsync("Topics", topics, async name => rows.AddRange(await ReadAsync(client.Admin, name, cancellationToken)));
                context.Show(parsed, new Listing<Activity>(rows.Where(row => !parsed.GetValue(active) || row.InDay > 0 || row.OutDay > 0)) { WhenEmpty = "There is no topic." }
                    .Column("Topic", row => row.Topic)
                    .Column("Group", row => row.Group)
                    .Column("Lag", row => row.Lag)
                    .Column("In/s", row => row.InRate)
                    .Column("Out/s", row => row.OutRate)
                    .Column("In 24h", row => row.InDay)
                    .Column("Out 24h", row => row.OutDay));
            });
    }

    private static async Task<IReadOnlyList<Activity>> ReadAsync(AdminClient admin, string topic, CancellationToken cancellationToken)
    {
        try
        {
            var masters = (await admin.GetRouteAsync(topic, cancellationToken)).Brokers.Select(broker => broker.Master).OfType<string>().ToArray();
            var (inRate, inDay) = await SumAsync(admin, masters, Puts, topic, cancellationToken);
            var rows = new List<Activity>();
            foreach (var group in await admin.GetGroupsOfTopicAsync(topic, cancellationToken))
            {
                var (outRate, outDay) = await SumAsync(admin, masters, Gets, $"{topic}@{group}", cancellationToken);
                rows.Add(new Activity(topic, group, await admin.GetLagAsync(group, topic, cancellationToken), inRate, outRate, inDay, outDay));
            }

            return rows.Count > 0 ? rows : [new Activity(topic, null, null, inRate, null, inDay, null)];
        }
        catch (RocketeerException)
        {
            // A topic that goes away meanwhile, or whose broker is down, must not hide the others.
            return [new Activity(topic, null, null, null, null, null, null)];
        }
    }

    private static async Task<(double Rate, long Day)> SumAsync(
        AdminClient admin, string[] masters, string statistic, string key, CancellationToken cancellationToken)
    {
        var (rate, day) = (0.0, 0L);
        foreach (var master in masters)
        {
            if (await admin.GetBrokerStatisticAsync(master, statistic, key, cancellationToken) is { } counted)
            {
                rate += counted.StatsMinute.Tps;
                day += LongestSumOf(counted);
            }
        }

        return (rate, day);
    }

    /// <summary>Brokers sum up a day only after they ran for an hour, an hour only after minutes: the longest that they know.</summary>
    private static long LongestSumOf(BrokerStatsData counted) =>
        counted.StatsDay.Sum != 0 ? counted.StatsDay.Sum : counted.StatsHour.Sum != 0 ? counted.StatsHour.Sum : counted.StatsMinute.Sum;

    /// <summary>What is not known is <see langword="null"/>.</summary>
    private sealed record Activity(string Topic, string? Group, long? Lag, double? InRate, double? OutRate, long? InDay, long? OutDay);
}
