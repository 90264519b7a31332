using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace Rocketeer.Protocol.Messages;

/// <summary>zlib (RFC 1950) with a bound on what comes out, so that a few hostile bytes cannot fill the memory.</summary>
public static class BoundedZlib
{
    /// <summary>What a body may inflate to by default: eight times the largest message of a default broker.</summary>
    public const int DefaultMaxLength = 32 * 1024 * 1024;

    /// <summary>Deflates.</summary>
    /// <param name="plain">The bytes.</param>
    /// <param name="level">0 to 9; producers use 5, compressed registrations 9.</param>
    public static byte[] Deflate(ReadOnlySpan<byte> plain, int level = 5)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            zlib.Write(plain);
        }

        return output.ToArray();
    }

    /// <summary>Inflates.</summary>
    /// <param name="compressed">A whole zlib stream.</param>
    /// <param name="plain">What it holds.</param>
    /// <param name="maxLength">Most bytes that may come out.</param>
    /// <returns>False when the bytes are no zlib stream, or hold more than <paramref name="maxLength"/>.</returns>
    public static unsafe bool TryInflate(
        ReadOnlySpan<byte> compressed, [NotNullWhen(true)] out byte[]? plain, int maxLength = DefaultMaxLength)
    {
        plain = null;
        if (compressed.IsEmpty)
        {
            return false;
        }

        fixed (byte* start = compressed)
        {
            using var input = new UnmanagedMemoryStream(start, compressed.Length);
            using var zlib = new ZLibStream(input, CompressionMode.Decompress);
            using var output = new MemoryStream();
            Span<byte> piece = stackalloc byte[4096];
            try
            {
                for (var count = zlib.Read(piece); count > 0; count = zlib.Read(piece))
                {
                    if (output.Length + count > maxLength)
                    {
                        return false;
                    }

                    output.Write(piece[..count]);
                }
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                return false;
            }

            plain = output.ToArray();
            return true;
        }
    }
}
