namespace Rocketeer.Storage.Replication;

/// <summary>What became of a piece of a master's log.</summary>
public enum ReplicaAppend
{
    /// <summary>It is in the log.</summary>
    Appended,

    /// <summary>The disk is behind; the same piece may be tried again in a moment.</summary>
    Busy,

    /// <summary>It does not stand at the end of this log, or does not fit into this log's files.</summary>
    Misplaced,

    /// <summary>It is no log: no record begins where one must.</summary>
    NotALog,

    /// <summary>The store takes nothing: closed, failed, out of space, or a master.</summary>
    Refused,
}
