using System.CommandLine;
using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Commands;

/// <summary><c>namesrv</c> and <c>config</c>: name servers, and the values that they keep for others.</summary>
internal static class NameServerCommands
{
    /// <summary>Configuration of the name servers themselves.</summary>
    public static Command Create(CommandContext context) => new("namesrv", "Shows and changes name servers.")
    {
        new Command("config", "Shows and changes the configuration of name servers while they run.") { GetOwn(context), SetOwn(context) },
    };

    /// <summary>Values by namespace and key.</summary>
    public static Command CreateValues(CommandContext context) => new("config", "Values that name servers keep for others, by namespace and key.")
    {
        Get(context), List(context), Put(context), Delete(context),
    };

    private static ExampleCommand GetOwn(CommandContext context) => context.Asking(
        "get", "Shows the configuration of the name server that answers first.", "rocketctl namesrv config get --namesrv 127.0.0.1:9876", [],
        async (parsed, client, cancellationToken) => context.Show(
            parsed, new NamedValues(await client.Admin.GetNameServerConfigAsync(cancellationToken)) { WhenEmpty = "The name server said nothing." }));

    private static ExampleCommand SetOwn(CommandContext context)
    {
        var key = new Argument<string>("key") { Description = "Key of the configuration." };
        var value = new Argument<string>("value") { Description = "Its new value." };
        return context.Asking(
            "set", "Changes one key on every name server while they run.", "rocketctl namesrv config set orderMessageEnable true", [key, value],
            async (parsed, client, cancellationToken) =>
            {
                var (name, text) = (parsed.GetRequiredValue(key), parsed.GetRequiredValue(value));
                await client.Admin.UpdateNameServerConfigAsync(new Dictionary<string, string> { [name] = text }, cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"{name} is {text} on every name server." }.Add("Key", name).Add("Value", text));
            });
    }

    private static ExampleCommand Get(CommandContext context)
    {
        var (space, key) = (Namespace(), Key());
        return context.Asking(
            "get", "Shows a value.", "rocketctl config get ORDER_TOPIC_CONFIG orders", [space, key],
            async (parsed, client, cancellationToken) =>
            {
                var (within, name) = (parsed.GetRequiredValue(space), parsed.GetRequiredValue(key));
                var value = await client.Admin.GetKvConfigAsync(within, name, cancellationToken)
                    ?? throw new CommandFailedException($"Namespace '{within}' has no key '{name}'.");
                context.Show(parsed, new Facts { Sentence = value }.Add("Namespace", within).Add("Key", name).Add("Value", value));
            });
    }

    private static ExampleCommand List(CommandContext context)
    {
        var space = Namespace();
        return context.Asking(
            "list", "Shows all values of a namespace.", "rocketctl config list ORDER_TOPIC_CONFIG", [space],
            async (parsed, client, cancellationToken) =>
            {
                var within = parsed.GetRequiredValue(space);
                var values = await client.Admin.GetKvConfigsAsync(within, cancellationToken);
                context.Show(parsed, new NamedValues(values) { WhenEmpty = $"Namespace '{within}' has no values." });
            });
    }

    private static ExampleCommand Put(CommandContext context)
    {
        var (space, key) = (Namespace(), Key());
        var value = new Argument<string>("value") { Description = "Its value." };
        return context.Asking(
            "put", "Stores a value on every name server.", "rocketctl config put ORDER_TOPIC_CONFIG orders \"broker-a:4;broker-b:4\"", [space, key, value],
            async (parsed, client, cancellationToken) =>
            {
                var (within, name, text) = (parsed.GetRequiredValue(space), parsed.GetRequiredValue(key), parsed.GetRequiredValue(value));
                await client.Admin.PutKvConfigAsync(within, name, text, cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"{within}/{name} is '{text}' on every name server." }
                    .Add("Namespace", within)
                    .Add("Key", name)
                    .Add("Value", text));
            });
    }

    private static ExampleCommand Delete(CommandContext context)
    {
        var (space, key) = (Namespace(), Key());
        return context.Asking(
            "delete", "Deletes a value from every name server.", "rocketctl config delete ORDER_TOPIC_CONFIG orders", [space, key],
            async (parsed, client, cancellationToken) =>
            {
                var (within, name) = (parsed.GetRequiredValue(space), parsed.GetRequiredValue(key));
                await client.Admin.DeleteKvConfigAsync(within, name, cancellationToken);
                context.Show(parsed, new Facts { Sentence = $"{within}/{name} is deleted from every name server." }.Add("Namespace", within).Add("Key", name));
            });
    }

    private static Argument<string> Namespace() => new("namespace") { Description = "Namespace." };

    private static Argument<string> Key() => new("key") { Description = "Key in the namespace." };
}
