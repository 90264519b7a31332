using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>Bytes of the log, mapped until disposed. Disposed exactly once, by whoever got it.</summary>
internal readonly struct LogSlice(MappedSegment segment, int position, int length) : IDisposable
{
    /// <summary>Offset of the first byte in the log.</summary>
    public long Offset => segment.StartOffset + position;

    /// <summary>Number of bytes.</summary>
    public int Length => length;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => segment.Read(position, length);

    /// <summary>Lets the file go.</summary>
    public void Dispose() => segment?.Release();
}
