namespace Rocketeer.Broker.Roles;

/// <summary>The last decision about this broker's role, as its file has it.</summary>
internal sealed record RoleRecord
{
    /// <summary>Epochs that are kept; older ones matter to nobody whose log could still be compared.</summary>
    public const int MostEpochs = 100;

    /// <summary>ASYNC_MASTER, SYNC_MASTER or SLAVE.</summary>
    public string Role { get; init; } = "";

    /// <summary>Number of the decision.</summary>
    public long Epoch { get; init; }

    /// <summary>0 for a master.</summary>
    public long BrokerId { get; init; }

    /// <summary>Whether a master takes messages.</summary>
    public bool Writable { get; init; }

    /// <summary>Where a slave was told to get its log from; <see langword="null"/> leaves it to the name servers.</summary>
    public string? MasterHaAddress { get; init; }

    /// <summary>The epochs in which this broker was master, oldest first, and the end of its log when each began.</summary>
    public IReadOnlyList<RoleEpoch> Epochs { get; init; } = [];
}

/// <summary>The begin of one time as master.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="StartOffset">End of the log when it began.</param>
internal sealed record RoleEpoch(long Epoch, long StartOffset);
