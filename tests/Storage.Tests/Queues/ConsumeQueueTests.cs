using Rocketeer.Storage.Queues;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Queues;

public sealed class ConsumeQueueTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Entries_are_read_back_up_to_the_end_of_their_file()
    {
        using var queue = QueueFixture.Filled(QueueFixture.Storage(_directory.Path), 25);

        Assert.Equal((0, 25), (queue.MinOffset, queue.MaxOffset));
        Assert.True(queue.TryRead(3, out var run));
        Assert.Equal(7, run.Count);
        Assert.Equal(new ConsumeQueueEntry(400, 100, 4), run[1]);
        run.Dispose();
        Assert.False(queue.TryRead(25, out _));
        Assert.False(queue.TryRead(-1, out _));
        Assert.False(queue.TryRead(long.MaxValue, out _));
    }

    [Fact]
    public void An_entry_is_put_once_however_often_it_is_dispatched()
    {
        using var queue = QueueFixture.Filled(QueueFixture.Storage(_directory.Path), 5);

        Assert.False(QueueFixture.Put(queue, 4));
        Assert.False(QueueFixture.Put(queue, 0));
        Assert.False(queue.Put(2, new ConsumeQueueEntry(9999, 100, 0), 0)); // behind in the log, but its place is taken
        Assert.Equal(5, queue.MaxOffset);
    }

    [Fact]
    public void A_queue_that_does_not_begin_at_its_first_message_is_blank_before()
    {
        var storage = QueueFixture.Storage(_directory.Path);
        using (var queue = new ConsumeQueue(storage, "T", 0))
        {
            QueueFixture.Put(queue, 23);
            Assert.Equal((23, 24), (queue.MinOffset, queue.MaxOffset));
            Assert.Equal(20 * 20, queue.Files[0].StartOffset);
        }

        using var reopened = QueueFixture.Reopen(storage);
        reopened.CorrectMinOffset(0);
        Assert.Equal((23, 24), (reopened.MinOffset, reopened.MaxOffset));
        var file = File.ReadAllBytes(reopened.Files[0].Path);
        Assert.Equal(ConsumeQueueEntry.PreBlank, ConsumeQueueEntryLayout.Read(file.AsSpan(40)));
    }

    [Fact]
    public void Recovery_ends_the_queue_at_the_first_entry_that_was_never_written()
    {
        var storage = QueueFixture.Storage(_directory.Path);
        string torn;
        using (var queue = QueueFixture.Filled(storage, 57))
        {
            torn = queue.Files[4].Path;
        }

        using (var file = File.OpenWrite(torn))
        {
            file.Position = 3 * 20;
            file.Write(new byte[20]);
        }

        using var reopened = QueueFixture.Reopen(storage);
        Assert.Equal(43, reopened.MaxOffset);
        Assert.Equal(4200, reopened.MaxCommitOffset);
        Assert.True(QueueFixture.Put(reopened, 43));
        Assert.Equal(44, reopened.MaxOffset);
    }

    [Fact]
    public void Truncation_drops_entries_and_files_behind_an_offset_of_the_log_for_good()
    {
        var storage = QueueFixture.Storage(_directory.Path);
        using (var queue = QueueFixture.Filled(storage, 35))
        {
            queue.TruncateAfter(1250);
            Assert.Equal(13, queue.MaxOffset);
            Assert.Equal(1200, queue.MaxCommitOffset);
            Assert.Equal(1300, queue.LastCommitEnd());
            Assert.True(QueueFixture.Put(queue, 13));
        }

        using var reopened = QueueFixture.Reopen(storage);
        Assert.Equal(14, reopened.MaxOffset); // what lay behind the cut does not come back
    }

    [Fact]
    public void Truncation_to_the_beginning_leaves_an_empty_queue()
    {
        using var queue = QueueFixture.Filled(QueueFixture.Storage(_directory.Path), 35);
        queue.TruncateAfter(0);
        Assert.Equal(0, queue.MaxOffset);
        Assert.Equal(-1, queue.LastCommitEnd());
        Assert.True(QueueFixture.Put(queue, 0));
    }

    [Fact]
    public void Retention_deletes_whole_files_and_moves_the_first_offset()
    {
        using var queue = QueueFixture.Filled(QueueFixture.Storage(_directory.Path), 35);

        Assert.Equal(2, queue.DeleteExpiredFiles(2450));
        Assert.Equal((25, 35), (queue.MinOffset, queue.MaxOffset));
        Assert.Equal(0, queue.DeleteExpiredFiles(2450));
        Assert.Equal(1, queue.DeleteExpiredFiles(100_000)); // never the last file
        Assert.Single(queue.Files);
    }

    [Fact]
    public void A_held_file_that_retention_deletes_stays_readable()
    {
        using var queue = QueueFixture.Filled(QueueFixture.Storage(_directory.Path), 25);
        Assert.True(queue.TryRead(0, out var run));
        Assert.Equal(1, queue.DeleteExpiredFiles(1000));
        Assert.Equal(900, run[9].CommitOffset);
        run.Dispose();
        Assert.Equal(2, Directory.GetFiles(_directory["consumequeue", "T", "0"]).Length);
    }

    [Fact]
    public void With_extensions_every_entry_points_to_its_unit()
    {
        var storage = QueueFixture.Storage(_directory.Path, withExtension: true);
        using (var queue = QueueFixture.Filled(storage, 12))
        {
            CheckUnits(queue);
            Assert.Equal(3, Directory.GetFiles(_directory["consumequeue_ext", "T", "0"]).Length); // 4 units of 20 fit into 100
        }

        using var reopened = QueueFixture.Reopen(storage);
        CheckUnits(reopened);
        Assert.True(QueueFixture.Put(reopened, 12));
        Assert.False(reopened.TryReadExtension(5, [], out _));
        Assert.False(reopened.TryReadExtension(long.MinValue + 1_000_000, [], out _));

        static void CheckUnits(ConsumeQueue queue)
        {
            for (var i = 0; i < 12; i++)
            {
                Assert.True(queue.TryReadEntry(i, out var entry));
                Assert.True(queue.TryReadExtension(entry.TagsCode, [], out var unit));
                Assert.Equal(new ExtensionUnit(i, 1000 + i, 0), unit);
            }
        }
    }

    [Fact]
    public void Damaged_files_never_crash_or_hang_the_queue()
    {
        for (var round = 0; round < 30; round++)
        {
            var random = new Random(round);
            using var directory = new TempDirectory();
            var storage = QueueFixture.Storage(directory.Path, withExtension: round % 2 == 0);
            QueueFixture.Filled(storage, 30).Dispose();
            foreach (var path in Directory.GetFiles(directory.Path, "0*", SearchOption.AllDirectories))
            {
                var bytes = File.ReadAllBytes(path);
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                File.WriteAllBytes(path, bytes);
            }

            using var queue = QueueFixture.Reopen(storage);
            queue.CorrectMinOffset(random.NextInt64());
            queue.TruncateAfter(random.NextInt64());
            queue.DeleteExpiredFiles(random.NextInt64());
            for (var offset = queue.MinOffset; offset < queue.MaxOffset; offset++)
            {
                if (queue.TryReadEntry(offset, out var entry))
                {
                    queue.TryReadExtension(entry.TagsCode, [], out _);
                }
            }
        }
    }
}
