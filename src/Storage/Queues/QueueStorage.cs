using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

/// <summary>What all consume queues of a store share: where they lie, how big their files are, and the bound of mapped files.</summary>
internal sealed class QueueStorage
{
    /// <summary>Takes sizes and directories from the options.</summary>
    public QueueStorage(StoreOptions options, IDisk disk, ILogger logger, int maxMappedSegments = MappedSegmentCache.DefaultCapacity)
    {
        Disk = disk;
        Logger = logger;
        Directory = Path.Combine(options.RootDirectory, "consumequeue");
        ExtensionDirectory = Path.Combine(options.RootDirectory, "consumequeue_ext");
        FileSize = (options.ConsumeQueueFileSize + ConsumeQueueEntryLayout.Length - 1)
            / ConsumeQueueEntryLayout.Length * ConsumeQueueEntryLayout.Length;
        ExtensionFileSize = options.ConsumeQueueExtensionFileSize;
        WithExtension = options.EnableConsumeQueueExtension;
        FilterBitmaps = options.EnableConsumeQueueExtension ? options.FilterBitmaps : null;
        Mapped = new MappedSegmentCache(maxMappedSegments);
    }

    /// <summary>The disk.</summary>
    public IDisk Disk { get; }

    /// <summary>Logger of the store.</summary>
    public ILogger Logger { get; }

    /// <summary>Parent of the topics' directories.</summary>
    public string Directory { get; }

    /// <summary>The same for extension files.</summary>
    public string ExtensionDirectory { get; }

    /// <summary>Bytes of a queue file: whole entries.</summary>
    public int FileSize { get; }

    /// <summary>Bytes of an extension file.</summary>
    public int ExtensionFileSize { get; }

    /// <summary>Whether entries get extension units.</summary>
    public bool WithExtension { get; }

    /// <summary>Computes the filter bitmaps of extension units; <see langword="null"/> when there are none.</summary>
    public IFilterBitmaps? FilterBitmaps { get; }

    /// <summary>Bounds the mapped files of all queues.</summary>
    public MappedSegmentCache Mapped { get; }

    /// <summary>
    /// Whether a topic may have a directory: its name is the directory's, so it must be one plain path element. The append path refuses the
    /// same names.
    /// </summary>
    public static bool IsUsableTopic(string topic) =>
        topic.Length > 0
        && topic is not "." and not ".."
        && topic.AsSpan().IndexOfAny('/', '\\', '\0') < 0
        && Encoding.UTF8.GetByteCount(topic) <= byte.MaxValue;

    /// <summary>Directory of a queue under a parent.</summary>
    /// <exception cref="StoreException">The topic's name would leave the directory.</exception>
    public static string DirectoryOf(string parent, string topic, int queueId)
    {
        if (!IsUsableTopic(topic) || queueId < 0)
        {
            throw new StoreException(
                $"Topic '{topic}' with queue {queueId} cannot have a consume queue: a topic names a directory, so it must not be empty, '.' "
                + "or '..' nor contain a slash or NUL, and queue ids begin at 0.");
        }

        return Path.Combine(parent, topic, queueId.ToString(CultureInfo.InvariantCulture));
    }
}
