using System.CommandLine;
using Rocketeer.Client.Admin;

namespace Rocketeer.Cli.Commands;

/// <summary>Which brokers a command means: one by its address, or the masters of a cluster.</summary>
internal sealed class BrokerTargets
{
    private readonly Option<string?> _broker = new("--broker", "-b") { Description = "Only the broker at this host:port." };

    private readonly Option<string?> _cluster = new("--cluster", "-c")
    {
        Description = "The masters of this cluster; may be left out if there is only one.",
    };

    public BrokerTargets() => _cluster.Validators.Add(result =>
    {
        if (result.GetResult(_broker) is not null)
        {
            result.AddError("--broker and --cluster exclude each other.");
        }
    });

    public IEnumerable<Symbol> Options => [_broker, _cluster];

    /// <summary>Their addresses; at least one.</summary>
    /// <exception cref="CommandFailedException">There is no such cluster, or it has no master now.</exception>
    public async Task<IReadOnlyList<string>> ResolveAsync(AdminClient admin, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_broker) is { } one)
        {
            return [one];
        }

        var cluster = await ClusterChoice.ResolveAsync(admin, parsed.GetValue(_cluster), cancellationToken);
        var masters = await admin.GetMastersAsync(cluster, cancellationToken);
        return masters.Count > 0
            ? masters
            : throw new CommandFailedException($"Cluster '{cluster}' has no master now; check that its brokers run.");
    }

    /// <summary>Does something on each of them, and says so.</summary>
    public async Task OnEachAsync(
        CommandContext context, AdminClient admin, ParseResult parsed, string sentence, Func<string, Task> work, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(admin, parsed, cancellationToken);
        await context.Terminal.ForEachAsync("Brokers", addresses, work);
        context.Show(parsed, new Output.Facts { Sentence = $"{sentence} {string.Join(", ", addresses)}." }.Add("Brokers", addresses));
    }
}
