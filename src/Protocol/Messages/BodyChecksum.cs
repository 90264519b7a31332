using System.IO.Hashing;

namespace Rocketeer.Protocol.Messages;

/// <summary>CRC-32 (zlib polynomial) with the sign bit cleared, as records and registrations carry it. Vectorised.</summary>
public static class BodyChecksum
{
    /// <summary>Checksum of a body; 0 for an empty one.</summary>
    public static int Of(ReadOnlySpan<byte> body) => (int)(Crc32.HashToUInt32(body) & 0x7FFF_FFFF);
}
