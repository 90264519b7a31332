using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Cli.Commands;

/// <summary><c>broker</c>: the processes of a broker group, and who of them is master.</summary>
internal static class BrokerCommands
{
    public static Command Create(CommandContext context) => ExampleCommand.Group(
        "broker",
        "Shows and changes brokers.",
        [
            new Command("role", "Shows and decides who is master and who is slave. Rocketeer's brokers only.") { Get(context), Set(context) },
            LatencyCommands.OfBroker(context),
            .. BrokerCareCommands.Create(context),
        ]);

    private static ExampleCommand Get(CommandContext context)
    {
        var address = new Argument<string?>("address")
        {
            Description = "Only the broker at this host:port. Default: every broker that the name server knows.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new ExampleCommand(
            "get", "Shows role, epoch and the end of the log of brokers, and how far their slaves are.", "rocketctl broker role get") { address };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var views = parsed.GetValue(address) is { } one
                ? [RoleView.Of(one, await client.Admin.GetBrokerRoleAsync(one, cancellationToken))]
                : await ReadAllAsync(client.Admin, cancellationToken);
            context.Terminal.Show(context.FormatOf(parsed), views, OutputJson.Pretty.IReadOnlyListRoleView, Table);
        });
        return command;
    }

    private static ExampleCommand Set(CommandContext context)
    {
        var address = new Argument<string>("address") { Description = "The broker, host:port." };
        var role = new Option<string>("--role") { Description = "ASYNC_MASTER, SYNC_MASTER or SLAVE.", Required = true };
        role.AcceptOnlyFromAmong("ASYNC_MASTER", "SYNC_MASTER", "SLAVE");
        var epoch = new Option<long>("--epoch")
        {
            Description = "Number of this decision; higher than that of every decision before, see 'broker role get'.", Required = true,
        };
        var id = new Option<long?>("--broker-id") { Description = "Id of a slave, above 0. Default: the one it has." };
        var master = new Option<string?>("--master-ha")
        {
            Description = "Where a slave gets its log from, host:port of the master's HA port. Default: what the name servers say.",
        };
        var least = new Option<long?>("--expected-min-offset") { Description = "Refuse to become master with a log that ends before this offset." };
        var closed = new Option<bool>("--read-only") { Description = "Become a master that takes no messages yet." };
        var command = new ExampleCommand(
            "set",
            "Makes a broker master or slave while it runs.",
            "rocketctl broker role set 10.0.0.2:10911 --role SYNC_MASTER --epoch 2") { address, role, epoch, id, master, least, closed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = context.Connect(parsed);
            var at = parsed.GetRequiredValue(address);
            var change = new ChangeRoleRequestHeader
            {
                Role = parsed.GetRequiredValue(role),
                Epoch = parsed.GetRequiredValue(epoch),
                BrokerId = parsed.GetValue(id),
                MasterHaAddress = parsed.GetValue(master),
                ExpectedMinOffset = parsed.GetValue(least),
                Writable = !parsed.GetValue(closed),
            };
            IReadOnlyList<RoleView> now = [RoleView.Of(at, await client.Admin.ChangeBrokerRoleAsync(at, change, cancellationToken))];
            context.Terminal.Show(context.FormatOf(parsed), now, OutputJson.Pretty.IReadOnlyListRoleView, Table);
        });
        return command;
    }

    private static async Task<IReadOnlyList<RoleView>> ReadAllAsync(AdminClient admin, CancellationToken cancellationToken)
    {
        var info = await admin.GetClusterAsync(cancellationToken);
        var addresses =
            from broker in info.BrokerAddrTable.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            from address in broker.Value.BrokerAddrs.OrderBy(pair => pair.Key)
            select (Broker: broker.Key, Id: address.Key, Address: address.Value);
        return await Task.WhenAll(addresses.Select(place => AskAsync(admin, place.Broker, place.Id, place.Address, cancellationToken)));
    }

    private static async Task<RoleView> AskAsync(AdminClient admin, string broker, long id, string address, CancellationToken cancellationToken)
    {
        try
        {
            return RoleView.Of(address, await admin.GetBrokerRoleAsync(address, cancellationToken));
        }
        catch (RocketeerException silent)
        {
            // One that is down, or is the original's and has no such request, must not hide the others.
            return new RoleView(address, new BrokerRoleStatus { BrokerName = broker, BrokerId = id }, silent.Message);
        }
    }

    private static TextTable Table(IReadOnlyList<RoleView> brokers)
    {
        var table = new TextTable("Broker", "Id", "Address", "Role", "Epoch", "Writable", "Log end", "Confirmed", "Replication")
        {
            WhenEmpty = "No broker is registered.",
        };
        foreach (var view in brokers)
        {
            var (status, known) = (view.Status, view.Fault is null);
            table.Add(
                status.BrokerName,
                Cell.Of(status.BrokerId),
                view.Address,
                known ? status.Role : "does not answer",
                known ? Cell.Of(status.Epoch) : "-",
                known ? status.Writable ? "yes" : "no" : "-",
                known ? Cell.Of(status.MaxOffset) : "-",
                known ? Cell.Of(status.ConfirmedOffset) : "-",
                known ? ReplicationOf(status) : "-");
        }

        return table;
    }

    private static string ReplicationOf(BrokerRoleStatus status) =>
        status.Problem is { } problem ? problem
        : status.MasterHaAddress is { } master ? $"{(status.Diverged ? "diverged from" : status.Following ? "follows" : "connects to")} {master}"
        : status.Slaves.Count == 0 ? "no slave"
        : string.Join(", ", status.Slaves.Select(slave => $"{slave.Address} {slave.State} -{Cell.Of(slave.BehindBytes)}"));
}

/// <summary>The role of one broker process.</summary>
/// <param name="Address"><c>host:port</c>.</param>
/// <param name="Status">What it says of itself.</param>
/// <param name="Fault">Why it could not be asked, or <see langword="null"/>.</param>
internal sealed record RoleView(string Address, BrokerRoleStatus Status, string? Fault)
{
    public static RoleView Of(string address, BrokerRoleStatus status) => new(address, status, null);
}
