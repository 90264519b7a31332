namespace Rocketeer.NameServer.Routing;

/// <summary>What a broker says of itself.</summary>
internal sealed record BrokerRegistration
{
    public required string Cluster { get; init; }

    public required string BrokerName { get; init; }

    public required long BrokerId { get; init; }

    public required string Address { get; init; }

    public string HaServerAddress { get; init; } = "";

    /// <summary>Number of the decision that gave the broker its role; 0 when nobody decided, as with every broker of the original.</summary>
    public long Epoch { get; init; }

    /// <summary>Version of the topic table; <see langword="null"/> counts as changed.</summary>
    public TableVersion? Version { get; init; }

    /// <summary>Topics to add or change; topics that are not named stay as they are.</summary>
    public IReadOnlyCollection<KeyValuePair<string, TopicQueues>> Topics { get; init; } = [];

    /// <summary>Filter servers of the broker; empty removes them, <see langword="null"/> (brokers before 3.0.11) leaves them alone.</summary>
    public IReadOnlyList<string>? FilterServers { get; init; }

    public required object Connection { get; init; }
}

/// <summary>What a slave learns when it registers; both are <see langword="null"/> for a master, or while no master lives.</summary>
/// <param name="Address">The master.</param>
/// <param name="HaServerAddress">Where it serves replication.</param>
/// <param name="NewerEpoch">Not 0: the registration was refused, because the group has had a master of this later epoch.</param>
internal readonly record struct MasterInfo(string? Address, string? HaServerAddress, long NewerEpoch = 0);
