using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Cli.Commands;

/// <summary>What looks wrong with the consumers of one group. The rules are those of the original's tools.</summary>
internal static class ConsumerHealth
{
    private const string Orderly = "PROP_CONSUMEORDERLY";
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(1);

    /// <summary>One sentence per fault.</summary>
    /// <param name="consumers">What they say of themselves, by client id.</param>
    /// <param name="now">Time of this moment.</param>
    public static IReadOnlyList<string> FaultsOf(IReadOnlyDictionary<string, ConsumerRunningInfo> consumers, DateTimeOffset now)
    {
        var faults = new List<string>();
        if (consumers.Values.Select(SubscriptionsOf).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            faults.Add("The consumers of this group subscribe to different things; some messages reach none of them.");
        }

        foreach (var (client, info) in consumers)
        {
            var orderly = info.Properties.GetValueOrDefault(Orderly) is { } text && bool.TryParse(text, out var yes) && yes;
            faults.AddRange(info.MqTable
                .OrderBy(pair => pair.Key)
                .Select(pair => (pair.Key, Fault: orderly ? FaultOfOrdered(pair.Value) : FaultOfConcurrent(pair.Value, now)))
                .Where(pair => pair.Fault is not null)
                .Select(pair => $"{client} {pair.Key.Topic} {pair.Key.BrokerName}/{pair.Key.QueueId}: {pair.Fault}"));
        }

        return faults;
    }

    private static string SubscriptionsOf(ConsumerRunningInfo info) => string.Join(
        '\n', info.SubscriptionSet.Select(one => $"{one.Topic} {one.ExpressionType} {one.SubString}").Order(StringComparer.Ordinal));

    private static string? FaultOfOrdered(ProcessQueueInfo queue) => queue switch
    {
        { Locked: false } => "it does not get the lock of the queue.",
        { Droped: true, TryUnlockTimes: > 0 } => $"it tried {queue.TryUnlockTimes} times to give the queue back.",
        _ => null,
    };

    private static string? FaultOfConcurrent(ProcessQueueInfo queue, DateTimeOffset now)
    {
        var idle = now.ToUnixTimeMilliseconds() - queue.LastConsumeTimestamp;
        return queue.CachedMsgCount > 0 && idle > Stuck.TotalMilliseconds
            ? $"{queue.CachedMsgCount} messages wait and nothing was consumed for {idle / 1000} s; the handler may hang."
            : null;
    }
}
