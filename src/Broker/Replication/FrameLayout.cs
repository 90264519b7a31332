using System.Buffers.Binary;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// The replication stream (docs/protocol/replication.md). Master to slave: offset (int64), size (int32), that many bytes of the log; size 0
/// is a heartbeat. Slave to master: offsets (int64), the first of which asks where to begin. Big-endian.
/// </summary>
internal static class FrameLayout
{
    /// <summary>int64: where the first byte of the body stands in the log.</summary>
    public const int OffsetAt = 0;

    /// <summary>int32: bytes of the body.</summary>
    public const int SizeAt = OffsetAt + sizeof(long);

    /// <summary>The body begins here.</summary>
    public const int HeaderLength = SizeAt + sizeof(int);

    /// <summary>Length of what a slave says.</summary>
    public const int ReportLength = sizeof(long);

    /// <summary>Writes a header.</summary>
    public static void WriteHeader(Span<byte> target, long offset, int size)
    {
        BinaryPrimitives.WriteInt64BigEndian(target[OffsetAt..], offset);
        BinaryPrimitives.WriteInt32BigEndian(target[SizeAt..], size);
    }
}
