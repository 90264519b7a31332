using System.Diagnostics;
using Rocketeer.Storage.Queues;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Queues;

public sealed class ConsumeQueueSetTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_lookup_of_an_unknown_queue_makes_nothing_and_allocates_nothing()
    {
        using var queues = new ConsumeQueueSet(QueueFixture.Storage(_directory.Path));
        QueueFixture.Dispatch(queues, "T", 0, 0, 0);
        queues.TryGet("T", 0, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(queues.TryGet("unknown", i, out _));
            Assert.False(queues.TryGet("T", i + 1, out _));
            queues.TryGet("T", 0, out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing each; the runtime itself may allocate once
        Assert.Single(Directory.GetDirectories(_directory["consumequeue"]));
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    public void A_topic_that_would_leave_the_directory_gets_no_queue(string topic)
    {
        using var queues = new ConsumeQueueSet(QueueFixture.Storage(_directory.Path));
        QueueFixture.Dispatch(queues, topic, 0, 0, 0);
        Assert.Empty(queues.All);
        Assert.False(Directory.Exists(_directory["consumequeue"]));
        var error = Assert.Throws<StoreException>(() => QueueStorage.DirectoryOf("/x", topic, 0));
        Assert.Contains("slash", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, long.MaxValue)]
    public void A_record_with_an_impossible_place_gets_no_entry(int queueId, long queueOffset)
    {
        using var queues = new ConsumeQueueSet(QueueFixture.Storage(_directory.Path));
        QueueFixture.Dispatch(queues, "T", queueId, queueOffset, 0);
        Assert.Empty(queues.All);
    }

    [Fact]
    public void A_dropped_queue_is_gone_and_begins_anew_with_its_next_message()
    {
        using var queues = new ConsumeQueueSet(QueueFixture.Storage(_directory.Path));
        QueueFixture.Dispatch(queues, "T", 0, 0, 0);
        QueueFixture.Dispatch(queues, "T", 0, 1, 100);
        Assert.True(queues.TryGet("T", 0, out var queue));
        Assert.True(queues.Drop(queue, forget => forget()));

        Assert.False(queues.TryGet("T", 0, out _));
        Assert.False(Directory.Exists(_directory["consumequeue", "T", "0"]));
        QueueFixture.Dispatch(queues, "T", 0, 0, 200);
        Assert.True(queues.TryGet("T", 0, out var successor));
        Assert.Equal(1, successor.MaxOffset);
    }

    [Fact]
    public void Only_queues_with_new_entries_are_flushed_and_every_byte_by_a_thorough_flush()
    {
        using var queues = new ConsumeQueueSet(QueueFixture.Storage(_directory.Path, fileSize: 20_000));
        QueueFixture.Dispatch(queues, "T", 0, 0, 0);
        QueueFixture.Dispatch(queues, "T", 1, 0, 100);
        queues.Flush(leastPages: 2);
        Assert.All(queues.All, queue => Assert.Equal(0, queue.Files[0].FlushedPosition));
        queues.Flush(leastPages: 0);
        Assert.All(queues.All, queue => Assert.Equal(20, queue.Files[0].FlushedPosition));
    }

    [Fact]
    public void Thousands_of_queues_load_fast_and_keep_few_files_mapped()
    {
        const int Topics = 1000;
        const int QueuesPerTopic = 8;
        var storage = QueueFixture.Storage(_directory.Path, fileSize: 2000, maxMapped: 100);
        using (var queues = new ConsumeQueueSet(storage))
        {
            for (var i = 0; i < Topics * QueuesPerTopic; i++)
            {
                QueueFixture.Dispatch(queues, $"Topic{i / QueuesPerTopic}", i % QueuesPerTopic, 0, i * 100L);
            }

            Assert.InRange(storage.Mapped.MappedCount, 1, 100);
        }

        var watch = Stopwatch.StartNew();
        var reopened = QueueFixture.Storage(_directory.Path, fileSize: 2000, maxMapped: 100);
        using var loaded = new ConsumeQueueSet(reopened);
        loaded.Load();
        Assert.Equal(Topics * QueuesPerTopic, loaded.All.Count());
        Assert.All(loaded.All, queue => Assert.Equal(1, queue.MaxOffset));
        Assert.InRange(reopened.Mapped.MappedCount, 1, 100);
        Assert.Equal(Topics * QueuesPerTopic * 100L, loaded.MaxCommitEnd);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
