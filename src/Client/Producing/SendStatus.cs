namespace Rocketeer.Client.Producing;

/// <summary>How safe a stored message is. In every case the broker has it.</summary>
public enum SendStatus
{
    /// <summary>Stored as the broker's flush and replication settings ask.</summary>
    Stored,

    /// <summary>Stored, but not confirmed to be on disk in time (FLUSH_DISK_TIMEOUT).</summary>
    FlushTimedOut,

    /// <summary>Stored, but not confirmed by a slave in time (FLUSH_SLAVE_TIMEOUT).</summary>
    ReplicaTimedOut,

    /// <summary>Stored, but no slave was near enough to confirm (SLAVE_NOT_AVAILABLE).</summary>
    ReplicaUnavailable,
}
