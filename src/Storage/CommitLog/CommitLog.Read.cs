using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

// What dispatch, reads and replication see: held segments, no copies, no locks.
internal sealed partial class CommitLog
{
    /// <inheritdoc/>
    public MappedSegment? TryHold(long offset) =>
        offset < MaxOffset && _segments.Find(offset) is { } segment && segment.TryHold() ? segment : null;

    /// <summary>Bytes from an offset to the end of what is readable in its file.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="maxLength">At most so many.</param>
    /// <param name="slice">The bytes, to be disposed.</param>
    /// <returns>False when nothing is readable there.</returns>
    public bool TryRead(long offset, int maxLength, out LogSlice slice)
    {
        if (maxLength <= 0 || TryHold(offset) is not { } segment)
        {
            slice = default;
            return false;
        }

        var position = (int)(offset - segment.StartOffset);
        var length = Math.Min(maxLength, segment.WrotePosition - position);
        if (length <= 0)
        {
            segment.Release();
            slice = default;
            return false;
        }

        slice = new LogSlice(segment, position, length);
        return true;
    }
}
