using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

/// <summary>
/// The places of one queue's messages in the log, 20 bytes each (store.md section 8). Readers need no lock; entries are put by the
/// dispatch thread only; truncating and loading happen while nothing else does.
/// </summary>
internal sealed partial class ConsumeQueue : IDisposable
{
    private const int EntryLength = ConsumeQueueEntryLayout.Length;

    private readonly QueueStorage _storage;
    private readonly SegmentSet _segments;
    private readonly ConsumeQueueExtensionSet? _extension;
    private long _minPosition; // bytes; written by Put while empty, by Recover and by Clean
    private long _maxCommitOffset = -1; // written by Put and Recover
    private volatile bool _isDropped; // written by Drop

    /// <summary>Describes a queue; touches no file.</summary>
    /// <exception cref="StoreException">The topic cannot have a directory.</exception>
    public ConsumeQueue(QueueStorage storage, string topic, int queueId)
    {
        _storage = storage;
        Topic = topic;
        QueueId = queueId;
        _segments = new SegmentSet(
            storage.Disk,
            QueueStorage.DirectoryOf(storage.Directory, topic, queueId),
            storage.FileSize,
            storage.Logger,
            MappingAccess.Scattered);
        _extension = storage.WithExtension ? new ConsumeQueueExtensionSet(storage, topic, queueId) : null;
    }

    /// <summary>Topic.</summary>
    public string Topic { get; }

    /// <summary>Index within the topic.</summary>
    public int QueueId { get; }

    /// <summary>First queue offset that is still there; 0 for an empty queue.</summary>
    public long MinOffset => Volatile.Read(ref _minPosition) / EntryLength;

    /// <summary>Queue offset behind the last entry; 0 for an empty queue.</summary>
    public long MaxOffset => _segments.MaxOffset / EntryLength;

    /// <summary>Entries of a file.</summary>
    public int EntriesPerFile => _segments.SegmentSize / EntryLength;

    /// <summary>Commit log offset of the last entry's record; -1 when nothing was put.</summary>
    public long MaxCommitOffset => Volatile.Read(ref _maxCommitOffset);

    /// <summary>The files, for tests and for retention.</summary>
    public IReadOnlyList<MappedSegment> Files => _segments.Segments;

    /// <summary>Closes the files. Does not flush.</summary>
    public void Dispose()
    {
        _segments.Dispose();
        _extension?.Dispose();
    }
}
