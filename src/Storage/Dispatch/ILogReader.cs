using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Dispatch;

/// <summary>The commit log as dispatch and reads see it. Thread-safe.</summary>
internal interface ILogReader
{
    /// <summary>Offset of the first byte that is still there.</summary>
    long MinOffset { get; }

    /// <summary>Offset behind the last byte that readers may see.</summary>
    long MaxOffset { get; }

    /// <summary>Bytes of a file.</summary>
    int SegmentSize { get; }

    /// <summary>Holds the segment that contains an offset; its bytes below <see cref="MappedSegment.WrotePosition"/> are readable.</summary>
    /// <returns>The segment, to be released; <see langword="null"/> when there is none, or it is being deleted.</returns>
    MappedSegment? TryHold(long offset);
}
