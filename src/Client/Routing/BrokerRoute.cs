using System.Collections.Frozen;

namespace Rocketeer.Client.Routing;

/// <summary>Where the processes of one broker name listen.</summary>
/// <param name="Name">Broker name.</param>
/// <param name="Cluster">Cluster the broker says it belongs to.</param>
/// <param name="Addresses">Broker id to <c>host:port</c>; id 0 is the master.</param>
public sealed record BrokerRoute(string Name, string Cluster, FrozenDictionary<long, string> Addresses)
{
    /// <summary>Id of a master.</summary>
    public const long MasterId = 0;

    /// <summary>Address of the master, or <see langword="null"/> while there is none.</summary>
    public string? Master => Addresses.GetValueOrDefault(MasterId);

    /// <summary>True if both routes lead to the same places.</summary>
    public bool Equals(BrokerRoute? other) =>
        other is not null && Name == other.Name && Cluster == other.Cluster && Addresses.Count == other.Addresses.Count
        && Addresses.All(pair => other.Addresses.TryGetValue(pair.Key, out var address) && address == pair.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Cluster, Addresses.Count);
}
