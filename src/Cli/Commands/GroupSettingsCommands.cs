using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Cli.Commands;

/// <summary><c>group</c>: settings of consumer groups.</summary>
internal static class GroupSettingsCommands
{
    public static IEnumerable<Command> Create(CommandContext context) => [CreateGroup(context), Settings(context), Delete(context)];

    private static ExampleCommand CreateGroup(CommandContext context)
    {
        var group = GroupArgument();
        var consume = new Option<bool>("--consume") { Description = "May consume at all.", DefaultValueFactory = _ => true };
        var fromMin = new Option<bool>("--consume-from-min") { Description = "New groups may be sent to the first message." };
        var broadcast = new Option<bool>("--broadcast") { Description = "May consume as broadcast.", DefaultValueFactory = _ => false };
        var queues = CommandContext.Between(new("--retry-queues") { Description = "Queues of the retry topic.", DefaultValueFactory = _ => 1 }, 0, 65_535);
        var retries = CommandContext.Between(
            new("--retries") { Description = "Deliveries after the first, then the dead letters.", DefaultValueFactory = _ => 16 }, -1, int.MaxValue);
        var brokerId = new Option<long>("--broker-id") { Description = "Id of the broker that it reads from; 0 is the master." };
        var slow = new Option<long>("--slow-broker-id") { Description = "Id of the broker that slow consumers are sent to.", DefaultValueFactory = _ => 1 };
        var notify = new Option<bool>("--notify") { Description = "Tell its consumers when others come and go.", DefaultValueFactory = _ => true };
        var targets = new BrokerTargets();
        return context.Asking(
            "create",
            "Creates a consumer group on brokers, or changes it; what is not given gets its default.",
            "rocketctl group create billing --retries 5",
            [group, consume, fromMin, broadcast, queues, retries, brokerId, slow, notify, .. targets.Options],
            (parsed, client, cancellationToken) =>
            {
                var settings = new SubscriptionGroupConfig
                {
                    GroupName = parsed.GetRequiredValue(group),
                    ConsumeEnable = parsed.GetValue(consume),
                    ConsumeFromMinEnable = parsed.GetValue(fromMin),
                    ConsumeBroadcastEnable = parsed.GetValue(broadcast),
                    RetryQueueNums = parsed.GetValue(queues),
                    RetryMaxTimes = parsed.GetValue(retries),
                    BrokerId = parsed.GetValue(brokerId),
                    WhichBrokerWhenConsumeSlowly = parsed.GetValue(slow),
                    NotifyConsumerIdsChangedEnable = parsed.GetValue(notify),
                };
                return targets.OnEachAsync(
                    context,
                    client.Admin,
                    parsed,
                    $"Group '{settings.GroupName}' is on",
                    address => client.Admin.CreateGroupAsync(address, settings, cancellationToken),
                    cancellationToken);
            });
    }

    private static ExampleCommand Settings(CommandContext context)
    {
        var group = GroupArgument();
        var targets = new BrokerTargets();
        return context.Asking(
            "settings", "Shows the settings of a consumer group on each broker.", "rocketctl group settings billing", [group, .. targets.Options],
            async (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(group);
                var found = new List<(string Broker, SubscriptionGroupConfig Settings)>();
                foreach (var address in await targets.ResolveAsync(client.Admin, parsed, cancellationToken))
                {
                    var all = await client.Admin.GetGroupConfigsAsync(address, cancellationToken);
                    if (all.SubscriptionGroupTable.GetValueOrDefault(name) is { } settings)
                    {
                        found.Add((address, settings));
                    }
                }

                if (found.Count == 0)
                {
                    throw new CommandFailedException($"None of these brokers has group '{name}'; create it, or check the name.");
                }

                context.Show(parsed, new Listing<(string Broker, SubscriptionGroupConfig Settings)>(found) { WhenEmpty = "" }
                    .Column("Broker", row => row.Broker)
                    .Column("Consume", row => row.Settings.ConsumeEnable)
                    .Column("From min", row => row.Settings.ConsumeFromMinEnable)
                    .Column("Broadcast", row => row.Settings.ConsumeBroadcastEnable)
                    .Column("Retry queues", row => row.Settings.RetryQueueNums)
                    .Column("Retries", row => row.Settings.RetryMaxTimes)
                    .Column("Broker id", row => row.Settings.BrokerId)
                    .Column("Slow broker id", row => row.Settings.WhichBrokerWhenConsumeSlowly)
                    .Column("Notify", row => row.Settings.NotifyConsumerIdsChangedEnable));
            });
    }

    private static ExampleCommand Delete(CommandContext context)
    {
        var group = GroupArgument();
        var targets = new BrokerTargets();
        return context.Asking(
            "delete", "Deletes a consumer group from brokers.", "rocketctl group delete billing", [group, .. targets.Options],
            (parsed, client, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(group);
                return targets.OnEachAsync(
                    context,
                    client.Admin,
                    parsed,
                    $"Group '{name}' is deleted from",
                    address => client.Admin.DeleteGroupAsync(address, name, cancellationToken),
                    cancellationToken);
            });
    }

    private static Argument<string> GroupArgument() => new("group") { Description = "Name of the consumer group." };
}
