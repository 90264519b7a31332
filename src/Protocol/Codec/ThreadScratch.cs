namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Two buffers per thread: one for text whose escapes are resolved while a command is read, one in which a header is built. Both are
/// bounded: what is longer than the bound gets an array of its own that is not kept.
/// </summary>
internal static class ThreadScratch
{
    /// <summary>Longest buffer that a thread keeps. A message's properties are at most 32 KiB, six times that when every byte is escaped.</summary>
    private const int MaxKept = 256 * 1024;
    private const int InitialLength = 1024;

    [ThreadStatic]
    private static byte[]? _reading;

    [ThreadStatic]
    private static byte[]? _writing;

    /// <summary>A buffer of at least this length; its content is what the last reader on this thread left.</summary>
    public static Span<byte> ForReading(int length) => AtLeast(ref _reading, length);

    /// <summary>A buffer of at least this length for one header that is being built.</summary>
    public static byte[] ForWriting(int length) => AtLeast(ref _writing, length);

    private static byte[] AtLeast(ref byte[]? kept, int length)
    {
        if (kept is { } buffer && buffer.Length >= length)
        {
            return buffer;
        }

        buffer = new byte[Math.Max(InitialLength, length)];
        if (buffer.Length <= MaxKept)
        {
            kept = buffer;
        }

        return buffer;
    }
}
