namespace Rocketeer.Protocol.Bodies;

/// <summary>
/// What a broker is and how far it is: answer to the requests 27001 and 27002 of Rocketeer's own. Enough to decide who may become master:
/// a slave holds everything acknowledged when its <see cref="MaxOffset"/> is not below the <see cref="ConfirmedOffset"/> that its master
/// reported last.
/// </summary>
public sealed record BrokerRoleStatus
{
    /// <summary>Name of the broker group.</summary>
    public string BrokerName { get; set; } = "";

    /// <summary>0 for a master.</summary>
    public long BrokerId { get; set; }

    /// <summary>ASYNC_MASTER, SYNC_MASTER or SLAVE.</summary>
    public string Role { get; set; } = "";

    /// <summary>Number of the decision that gave the role; 0 when it is that of the configuration.</summary>
    public long Epoch { get; set; }

    /// <summary>True when it takes messages now.</summary>
    public bool Writable { get; set; }

    /// <summary>First offset of the commit log.</summary>
    public long MinOffset { get; set; }

    /// <summary>End of the commit log.</summary>
    public long MaxOffset { get; set; }

    /// <summary>Everything before this offset is on the disk.</summary>
    public long FlushedOffset { get; set; }

    /// <summary>Everything before this offset is on the master and on a slave; on a slave its own <see cref="MaxOffset"/>.</summary>
    public long ConfirmedOffset { get; set; }

    /// <summary>Bytes of the log that are not in the queues yet.</summary>
    public long DispatchBehindBytes { get; set; }

    /// <summary>Where a slave gets its log from, <c>host:port</c>; absent on a master, or when it knows none.</summary>
    public string? MasterHaAddress { get; set; }

    /// <summary>True when a slave copies from there.</summary>
    public bool Following { get; set; }

    /// <summary>True when a slave's log differs from its master's and is being made the same.</summary>
    public bool Diverged { get; set; }

    /// <summary>Why the broker is not what it should be, in a sentence; absent when all is well.</summary>
    public string? Problem { get; set; }

    /// <summary>The slaves that are connected to a master.</summary>
    public List<SlaveStatus> Slaves { get; set; } = [];

    /// <summary>The epochs in which this broker was master, oldest first, and where its log stood when each began.</summary>
    public List<EpochStart> Epochs { get; set; } = [];
}

/// <summary>A slave as its master sees it.</summary>
public sealed record SlaveStatus
{
    /// <summary>Its end of the connection.</summary>
    public string Address { get; set; } = "";

    /// <summary>It holds everything before this offset.</summary>
    public long AckOffset { get; set; }

    /// <summary>Bytes that it does not hold yet.</summary>
    public long BehindBytes { get; set; }

    /// <summary>SILENT, IN_SYNC, CATCHING_UP, FAR_BEHIND (nobody waits for it) or OUT_OF_REACH (it must begin anew).</summary>
    public string State { get; set; } = "";
}

/// <summary>The begin of the time of one master.</summary>
public sealed record EpochStart
{
    /// <summary>The epoch.</summary>
    public long Epoch { get; set; }

    /// <summary>End of the log when it began.</summary>
    public long StartOffset { get; set; }
}
