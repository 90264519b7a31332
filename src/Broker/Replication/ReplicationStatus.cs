namespace Rocketeer.Broker.Replication;

/// <summary>What replication does at a moment.</summary>
/// <param name="Slaves">The slaves that are connected; empty on a slave.</param>
/// <param name="Master">The master that is followed; <see langword="null"/> when none is.</param>
/// <param name="ConfirmedOffset">Everything before this offset is known to be on a slave too; 0 on a slave.</param>
internal sealed record ReplicationStatus(IReadOnlyList<SlaveLinkStatus> Slaves, MasterLinkStatus? Master, long ConfirmedOffset);

/// <summary>One connected slave.</summary>
/// <param name="Address">Its end of the connection, <c>ip:port</c>.</param>
/// <param name="State">How it fares.</param>
/// <param name="SentOffset">Everything before this offset was sent to it.</param>
/// <param name="AckedOffset">Everything before this offset it reports to have.</param>
/// <param name="LagBytes">Bytes of the log that it has not reported.</param>
internal sealed record SlaveLinkStatus(string Address, SlaveState State, long SentOffset, long AckedOffset, long LagBytes);

/// <summary>How a slave fares.</summary>
internal enum SlaveState
{
    /// <summary>Connected, has not said what it wants.</summary>
    Silent,

    /// <summary>Has everything that was there a moment ago.</summary>
    InSync,

    /// <summary>Receives what it lacks.</summary>
    CatchingUp,

    /// <summary>Further behind than <c>haSlaveFallbehindMax</c>: nobody waits for it.</summary>
    FarBehind,

    /// <summary>Asks for what is deleted already: it must begin anew.</summary>
    OutOfReach,
}

/// <summary>How this slave and its master stand.</summary>
/// <param name="Address">The master, <c>host:port</c> of its HA port.</param>
/// <param name="State">How the copying fares.</param>
/// <param name="OwnOffset">End of the own log.</param>
/// <param name="IsDiverged">True from the moment a difference is found until the log is the master's again.</param>
/// <param name="Problem">Why it does not copy, in one sentence; <see langword="null"/> while it does.</param>
internal sealed record MasterLinkStatus(string Address, FollowState State, long OwnOffset, bool IsDiverged, string? Problem);

/// <summary>How the copying of a master's log fares.</summary>
internal enum FollowState
{
    /// <summary>No connection; tried again.</summary>
    Connecting,

    /// <summary>Comparing the end of the own log with the master's.</summary>
    Verifying,

    /// <summary>Copying.</summary>
    Following,
}
