using System.Globalization;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Admin;

namespace Rocketeer.Cli.Commands;

/// <summary><c>cluster list</c>: every broker that the name server knows.</summary>
internal static class ClusterListCommand
{
    private const int RateDigits = 4;

    public static ExampleCommand Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "list", "Shows the brokers of all clusters and what they do now.", "rocketctl cluster list --namesrv 127.0.0.1:9876");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var brokers = await ReadAsync(client.Admin, cancellationToken);
            context.Terminal.Show(context.FormatOf(parsed), brokers, OutputJson.Pretty.IReadOnlyListBrokerView, Table);
        });
        return command;
    }

    private static async Task<IReadOnlyList<BrokerView>> ReadAsync(AdminClient admin, CancellationToken cancellationToken)
    {
        var info = await admin.GetClusterAsync(cancellationToken);
        var places =
            from cluster in info.ClusterAddrTable.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            from name in cluster.Value.Order(StringComparer.Ordinal)
            where info.BrokerAddrTable.ContainsKey(name)
            from address in info.BrokerAddrTable[name].BrokerAddrs.OrderBy(pair => pair.Key)
            select (Cluster: cluster.Key, Broker: name, Id: address.Key, Address: address.Value);
        return await Task.WhenAll(places.Select(place => AskAsync(admin, place.Cluster, place.Broker, place.Id, place.Address, cancellationToken)));
    }

    private static async Task<BrokerView> AskAsync(
        AdminClient admin, string cluster, string broker, long id, string address, CancellationToken cancellationToken)
    {
        try
        {
            var figures = await admin.GetBrokerRuntimeAsync(address, cancellationToken);
            return new BrokerView(
                cluster,
                broker,
                id,
                address,
                figures.GetValueOrDefault("brokerVersionDesc"),
                FirstNumber(figures, "putTps"),
                FirstNumber(figures, "getTransferedTps"),
                DiskUsedOf(figures),
                Between(figures, "msgPutTotalTodayMorning", "msgPutTotalTodayNow"),
                Between(figures, "msgGetTotalTodayMorning", "msgGetTotalTodayNow"),
                Between(figures, "msgPutTotalYesterdayMorning", "msgPutTotalTodayMorning"),
                Between(figures, "msgGetTotalYesterdayMorning", "msgGetTotalTodayMorning"),
                null);
        }
        catch (RocketeerException silent)
        {
            // One broker that is down must not hide the others.
            return new BrokerView(cluster, broker, id, address, null, null, null, null, null, null, null, null, silent.Message);
        }
    }

    /// <summary>Rates are three numbers, of the last ten seconds, minute and ten minutes; the first one is now.</summary>
    private static double? FirstNumber(IReadOnlyDictionary<string, string> figures, string key) =>
        figures.TryGetValue(key, out var text)
        && double.TryParse(text.Trim().Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Math.Round(number, RateDigits)
            : null;

    /// <summary>The original's brokers say -1 until they have looked at their disk.</summary>
    private static double? DiskUsedOf(IReadOnlyDictionary<string, string> figures) =>
        FirstNumber(figures, "commitLogDiskRatio") is >= 0 and var used ? used : null;

    /// <summary>What was counted between two moments of which the broker keeps the totals.</summary>
    private static long? Between(IReadOnlyDictionary<string, string> figures, string from, string to) =>
        long.TryParse(figures.GetValueOrDefault(from), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && long.TryParse(figures.GetValueOrDefault(to), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last - first
            : null;

    private static TextTable Table(IReadOnlyList<BrokerView> brokers)
    {
        var table = new TextTable("Cluster", "Broker", "Id", "Address", "Version", "In/s", "Out/s", "In today", "Out today", "In yesterday", "Out yesterday", "Disk")
        {
            WhenEmpty = "No broker is registered.",
        };
        foreach (var broker in brokers)
        {
            table.Add(
                broker.Cluster,
                broker.Broker,
                Cell.Of(broker.Id),
                broker.Address,
                broker.Fault is null ? broker.Version ?? "-" : "does not answer",
                Cell.Rate(broker.InPerSecond),
                Cell.Rate(broker.OutPerSecond),
                Cell.OrDash(broker.InToday),
                Cell.OrDash(broker.OutToday),
                Cell.OrDash(broker.InYesterday),
                Cell.OrDash(broker.OutYesterday),
                Cell.Percent(broker.DiskUsed));
        }

        return table;
    }
}

/// <summary>One broker process.</summary>
/// <param name="Cluster">Its cluster.</param>
/// <param name="Broker">Its name.</param>
/// <param name="Id">0 for a master.</param>
/// <param name="Address"><c>host:port</c>.</param>
/// <param name="Version">As it says.</param>
/// <param name="InPerSecond">Messages stored, last ten seconds.</param>
/// <param name="OutPerSecond">Messages delivered, last ten seconds.</param>
/// <param name="DiskUsed">Part of the disk of the commit log that is in use, 0 to 1.</param>
/// <param name="InToday">Messages stored since midnight of the broker.</param>
/// <param name="OutToday">Messages delivered since then.</param>
/// <param name="InYesterday">Messages stored the day before.</param>
/// <param name="OutYesterday">Messages delivered the day before.</param>
/// <param name="Fault">Why it could not be asked, or <see langword="null"/>.</param>
internal sealed record BrokerView(
    string Cluster, string Broker, long Id, string Address, string? Version, double? InPerSecond, double? OutPerSecond, double? DiskUsed,
    long? InToday, long? OutToday, long? InYesterday, long? OutYesterday, string? Fault);
