namespace Rocketeer.Client.Hosting;

/// <summary>The producers and consumers that were added to one client of a container.</summary>
internal sealed class AddedGroups
{
    private readonly Dictionary<GroupKind, List<string>> _groups = new()
    {
        [GroupKind.Producers] = [],
        [GroupKind.TransactionProducers] = [],
        [GroupKind.Consumers] = [],
    };

    /// <summary>True once the health checks of the client were added.</summary>
    public bool HasHealthChecks { get; set; }

    /// <summary>Those of a kind, in the order in which they were added.</summary>
    public IReadOnlyList<string> Of(GroupKind kind) => _groups[kind];

    /// <summary>Adds one.</summary>
    /// <exception cref="InvalidOperationException">It is there already: brokers know one member of a group per client.</exception>
    public void Add(GroupKind kind, string group)
    {
        if (_groups[kind].Contains(group))
        {
            throw new InvalidOperationException(
                $"Group '{group}' was added to {kind} twice; a client has one of each group, give the second one a group of its own.");
        }

        _groups[kind].Add(group);
    }
}

/// <summary>What a group is for; the names are those of the sections of a configuration.</summary>
internal enum GroupKind
{
    Producers,
    TransactionProducers,
    Consumers,
}
