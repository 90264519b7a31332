using System.CommandLine;
using System.Globalization;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Admin;

namespace Rocketeer.Cli.Commands;

/// <summary><c>cluster</c>: every broker that the name server knows.</summary>
internal static class ClusterCommand
{
    private const int RateDigits = 4;

    public static Command Create(CommandContext context)
    {
        var json = CommandContext.JsonOption();
        var command = new ExampleCommand(
            "cluster", "Shows the clusters, their brokers and what these do now.", "rocketctl cluster --namesrv 127.0.0.1:9876") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var brokers = await ReadAsync(client.Admin, cancellationToken);
            context.Terminal.Show(parsed.GetValue(json), brokers, OutputJson.Pretty.IReadOnlyListBrokerView, Table);
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
                FirstNumber(figures, "commitLogDiskRatio"),
                null);
        }
        catch (RocketeerException silent)
        {
            // One broker that is down must not hide the others.
            return new BrokerView(cluster, broker, id, address, null, null, null, null, silent.Message);
        }
    }

    /// <summary>Rates are three numbers, of the last ten seconds, minute and ten minutes; the first one is now.</summary>
    private static double? FirstNumber(IReadOnlyDictionary<string, string> figures, string key) =>
        figures.TryGetValue(key, out var text)
        && double.TryParse(text.Trim().Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Math.Round(number, RateDigits)
            : null;

    private static TextTable Table(IReadOnlyList<BrokerView> brokers)
    {
        var table = new TextTable("Cluster", "Broker", "Id", "Address", "Version", "In/s", "Out/s", "Disk") { WhenEmpty = "No broker is registered." };
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
/// <param name="Fault">Why it could not be asked, or <see langword="null"/>.</param>
internal sealed record BrokerView(
    string Cluster, string Broker, long Id, string Address, string? Version, double? InPerSecond, double? OutPerSecond, double? DiskUsed, string? Fault);
