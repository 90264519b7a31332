using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>topic</c>: what may be done with a topic, its order configuration, its clusters.</summary>
internal static class TopicSettingsCommands
{
    public static IEnumerable<Command> Create(CommandContext context) =>
    [
        SetPermission(context),
        Clusters(context),
        new Command("order", "Fixes the brokers and queues of topics for ordered sending.") { GetOrder(context), SetOrder(context), DeleteOrder(context) },
    ];

    private static ExampleCommand SetPermission(CommandContext context)
    {
        var topic = TopicArgument();
        var permission = new Argument<string>("permission") { Description = "rw, r (nothing more is sent) or w (nothing more is consumed)." };
        permission.AcceptOnlyFromAmong("rw", "r", "w");
        var targets = new BrokerTargets();
        return context.Asking(
            "permission",
            "Changes whether a topic may be read and written, and nothing else of it.",
            "rocketctl topic permission orders r --broker 127.0.0.1:10911",
            [topic, permission, .. targets.Options],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(topic);
                var text = parsed.GetRequiredValue(permission);
                var wanted = (text.Contains('r', StringComparison.Ordinal) ? Permissions.Read : 0) | (text.Contains('w', StringComparison.Ordinal) ? Permissions.Write : 0);
                var changes = new List<(string Broker, int Before)>();
                foreach (var address in await targets.ResolveAsync(client.Admin, parsed, cancellationToken))
                {
                    // In a cluster a topic may live on some brokers only.
                    if (await client.Admin.SetTopicPermissionAsync(address, name, wanted, cancellationToken) is { } before)
                    {
                        changes.Add((address, before));
                    }
                }

                if (changes.Count == 0)
                {
                    throw new CommandFailedException($"None of these brokers has topic '{name}'; create it, or check the name.");
                }

                context.Show(parsed, new Listing<(string Broker, int Before)>(changes) { WhenEmpty = "" }
                    .Column("Topic", _ => name)
                    .Column("Broker", change => change.Broker)
                    .Column("Before", change => Permissions.ToText(change.Before))
                    .Column("Now", _ => Permissions.ToText(wanted)));
            });
    }

    private static ExampleCommand Clusters(CommandContext context)
    {
        var topic = TopicArgument();
        return context.Asking(
            "clusters", "Lists the clusters that have a topic.", "rocketctl topic clusters orders", [topic],
            async (parsed, client, cancellationToken) => context.Show(
                parsed,
                new Listing<string>(await client.Admin.GetClustersOfTopicAsync(parsed.GetRequiredValue(topic), cancellationToken)) { WhenEmpty = "None." }
                    .Column("Cluster", cluster => cluster)));
    }

    private static ExampleCommand GetOrder(CommandContext context)
    {
        var topic = TopicArgument();
        return context.Asking(
            "get", "Shows the order configuration of a topic.", "rocketctl topic order get orders", [topic],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(topic);
                var order = await client.Admin.GetOrderConfigAsync(name, cancellationToken)
                    ?? throw new CommandFailedException($"Topic '{name}' has no order configuration.");
                context.Show(parsed, new Facts { Sentence = order }.Add("Topic", name).Add("Order", order));
            });
    }

    private static ExampleCommand SetOrder(CommandContext context)
    {
        var topic = TopicArgument();
        var order = new Argument<string>("order") { Description = "broker:queues;broker:queues" };
        order.Validators.Add(result =>
        {
            if (!result.Tokens[0].Value.Split(';').All(IsPlace))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no order configuration; write it as broker-a:4;broker-b:4.");
            }
        });
        return context.Asking(
            "set", "Fixes the brokers and queues of a topic, on every name server.", "rocketctl topic order set orders \"broker-a:4;broker-b:4\"",
            [topic, order],
            async (parsed, client, cancellationToken) =>
            {
                var (name, text) = (parsed.GetRequiredValue(topic), parsed.GetRequiredValue(order));
                await client.Admin.PutOrderConfigAsync(name, text, cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"Topic '{name}' is ordered over {text}." }.Add("Topic", name).Add("Order", text));
            });

        static bool IsPlace(string place) =>
            place.LastIndexOf(':') is > 0 and var colon && int.TryParse(place.AsSpan(colon + 1), out var queues) && queues > 0;
    }

    private static ExampleCommand DeleteOrder(CommandContext context)
    {
        var topic = TopicArgument();
        return context.Asking(
            "delete", "Removes the order configuration of a topic from every name server.", "rocketctl topic order delete orders", [topic],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(topic);
                await client.Admin.DeleteOrderConfigAsync(name, cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"Topic '{name}' has no order configuration any more." }.Add("Topic", name));
            });
    }

    private static Argument<string> TopicArgument() => new("topic") { Description = "Name of the topic." };
}
