using Rocketeer.Client.Admin;

namespace Rocketeer.Cli.Commands;

/// <summary>Which cluster a command means.</summary>
internal static class ClusterChoice
{
    /// <summary>The one that was named, if it exists; else the only one.</summary>
    /// <exception cref="CommandFailedException">There is none, or it is unclear which; the sentence names those that there are.</exception>
    public static async Task<string> ResolveAsync(AdminClient admin, string? named, CancellationToken cancellationToken)
    {
        var clusters = (await admin.GetClusterAsync(cancellationToken)).ClusterAddrTable.Keys.Order(StringComparer.Ordinal).ToArray();
        if (clusters.Length == 0)
        {
            throw new CommandFailedException("No broker is registered with the name server; start one, or check the address.");
        }

        if (named is not null)
        {
            return clusters.Contains(named, StringComparer.Ordinal)
                ? named
                : throw new CommandFailedException($"There is no cluster '{named}'; there is: {string.Join(", ", clusters)}.");
        }

        return clusters.Length == 1
            ? clusters[0]
            : throw new CommandFailedException($"There are several clusters; choose one with --cluster: {string.Join(", ", clusters)}.");
    }
}
