using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Queues;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Tests.Queues;

/// <summary>Consume queues without a log: small files, entries by number.</summary>
internal static class QueueFixture
{
    public const int RecordSize = 100;

    public static QueueStorage Storage(string root, int fileSize = 200, int maxMapped = 64, bool withExtension = false) => new(
        new StoreOptions
        {
            RootDirectory = root,
            CommitLogDirectory = Path.Combine(root, "commitlog"),
            ConsumeQueueFileSize = fileSize,
            EnableConsumeQueueExtension = withExtension,
            ConsumeQueueExtensionFileSize = 100,
        },
        RealDisk.Instance,
        NullLogger.Instance,
        maxMapped);

    /// <summary>A queue with entries 0 to count-1, whose records lie one behind the other.</summary>
    public static ConsumeQueue Filled(QueueStorage storage, int count, string topic = "T", int queueId = 0)
    {
        var queue = new ConsumeQueue(storage, topic, queueId);
        for (var i = 0; i < count; i++)
        {
            Put(queue, i);
        }

        return queue;
    }

    public static bool Put(ConsumeQueue queue, long queueOffset) =>
        queue.Put(queueOffset, new ConsumeQueueEntry(queueOffset * RecordSize, RecordSize, queueOffset), 1000 + queueOffset);

    public static ConsumeQueue Reopen(QueueStorage storage, string topic = "T", int queueId = 0)
    {
        var queue = new ConsumeQueue(storage, topic, queueId);
        queue.Load();
        return queue;
    }

    public static void Dispatch(ConsumeQueueSet queues, string topic, int queueId, long queueOffset, long commitOffset)
    {
        var record = new DispatchedRecord
        {
            Topic = topic,
            QueueId = queueId,
            QueueOffset = queueOffset,
            CommitOffset = commitOffset,
            Size = RecordSize,
            StoreTimestamp = 1,
        };
        queues.Dispatch(in record);
    }
}
