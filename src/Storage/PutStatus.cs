namespace Rocketeer.Storage;

/// <summary>What became of a message (reference: store.md section 5.5). The first four mean that it is in the log.</summary>
public enum PutStatus
{
    /// <summary>Stored, as durable as was asked for.</summary>
    Ok,

    /// <summary>Stored, but the disk flush did not finish in time.</summary>
    FlushDiskTimeout,

    /// <summary>Stored, but no replica confirmed in time.</summary>
    FlushReplicaTimeout,

    /// <summary>Stored, but there is no replica that could confirm.</summary>
    ReplicaNotAvailable,

    /// <summary>Not stored: the next segment could not be created.</summary>
    CreateSegmentFailed,

    /// <summary>Not stored: topic, body or record too long, or a batch that does not parse.</summary>
    MessageIllegal,

    /// <summary>Not stored: properties longer than 32,767 bytes.</summary>
    PropertiesSizeExceeded,

    /// <summary>Not stored: shut down, not writable, disk full, or not a master.</summary>
    ServiceNotAvailable,

    /// <summary>Not stored: an append has been stuck in the page cache for more than a second.</summary>
    PageCacheBusy,
}
