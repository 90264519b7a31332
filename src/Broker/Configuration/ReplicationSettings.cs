using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>Settings of replication (reference: broker.md section 20.2, keys <c>ha*</c>; docs/how-it-works.md).</summary>
public sealed class ReplicationSettings
{
    /// <summary>Largest body that a master's frame may have for an original slave, whose buffer is 4 MiB.</summary>
    public const int MaxTransferBatchSize = (4 * 1024 * 1024) - 12;

    /// <summary>Port where slaves connect; only shown, it is always the one above <c>listenPort</c>, as in the original.</summary>
    [PropertyKey("haListenPort")]
    public int HaListenPort { get; set; } = 10912;

    /// <summary>Milliseconds of silence after which a master sends a heartbeat, and a slave a report.</summary>
    [PropertyKey("haSendHeartbeatInterval", Min = 1)]
    public int HaSendHeartbeatInterval { get; set; } = 5000;

    /// <summary>Milliseconds without a byte from the other side after which the connection is closed.</summary>
    [PropertyKey("haHousekeepingInterval", Min = 1)]
    public int HaHousekeepingInterval { get; set; } = 20000;

    /// <summary>Largest body of a frame, bytes.</summary>
    [PropertyKey("haTransferBatchSize", Min = 1, Max = MaxTransferBatchSize)]
    public int HaTransferBatchSize { get; set; } = 32768;

    /// <summary>
    /// Bytes of its own end that a slave asks a master for again and compares before it follows it; a key of our own. The slave goes further
    /// back by itself when they differ.
    /// </summary>
    [PropertyKey("haVerifyBytes", Min = 1, Max = 1073741824)]
    public int HaVerifyBytes { get; set; } = 1048576;
}
