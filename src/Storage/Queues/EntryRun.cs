using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

/// <summary>Consecutive entries of one consume queue file. The file stays mapped until the run is disposed.</summary>
internal ref struct EntryRun
{
    private readonly ReadOnlySpan<byte> _bytes;
    private MappedSegment? _held;

    /// <summary>Takes over a hold of the segment that the bytes lie in.</summary>
    public EntryRun(MappedSegment held, ReadOnlySpan<byte> bytes)
    {
        _held = held;
        _bytes = bytes;
    }

    /// <summary>Number of entries.</summary>
    public readonly int Count => _bytes.Length / ConsumeQueueEntryLayout.Length;

    /// <summary>The n-th entry.</summary>
    public readonly ConsumeQueueEntry this[int index] =>
        ConsumeQueueEntryLayout.Read(_bytes.Slice(index * ConsumeQueueEntryLayout.Length, ConsumeQueueEntryLayout.Length));

    /// <summary>Lets the file go. Safe to call twice.</summary>
    public void Dispose()
    {
        _held?.Release();
        _held = null;
    }
}
