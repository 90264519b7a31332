using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Index;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Index;

public sealed class IndexRetentionTests : IDisposable
{
    private const long Begin = 1_700_000_000_000;

    private readonly TempDirectory _directory = new();
    private readonly FaultyDisk _disk = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Begin)); // stands still: names must differ anyhow
    private readonly StoreOptions _options;

    public IndexRetentionTests() => _options = new StoreOptions
    {
        RootDirectory = _directory.Path,
        CommitLogDirectory = _directory["commitlog"],
        MaxHashSlots = 10,
        MaxIndexEntries = 11, // ten keys
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Full_files_are_followed_by_new_ones_and_keys_are_found_in_all()
    {
        var completed = new List<long>();
        using (var index = Open(completed))
        {
            Dispatch(index, 0, 35);
            await index.FlushAsync();
            Assert.Equal(4, index.Files.Count);
            Assert.Equal([Begin + 9000, Begin + 19_000, Begin + 29_000], completed);
            AssertAllFound(index);
        }

        using var reopened = Open(completed);
        reopened.Load(afterCrash: false, safeTimestamp: 0);
        Assert.Equal(4, reopened.Files.Count);
        AssertAllFound(reopened);
        Dispatch(reopened, 35, 1);
        Assert.Equal(35 * 100, reopened.EndOffset);
    }

    [Fact]
    public void Files_whose_records_are_gone_go_and_never_the_newest()
    {
        using var index = Open([]);
        Dispatch(index, 0, 35);
        var oldest = index.Files[0].Path;
        Assert.Equal(0, index.DeleteExpiredFiles(900)); // the tenth record begins there
        Assert.Equal(1, index.DeleteExpiredFiles(901));
        Assert.False(File.Exists(oldest));
        Assert.Equal(2, index.DeleteExpiredFiles(long.MaxValue));
        Assert.Single(index.Files);
        Assert.Empty(index.Query("T", "k5", 64, 0, long.MaxValue));
        Assert.Equal([3400], index.Query("T", "k34", 64, 0, long.MaxValue));
    }

    [Fact]
    public void A_full_disk_is_an_error_and_not_a_fault()
    {
        using var index = Open([]);
        _disk.IsFull = true;
        Assert.Throws<IOException>(() => Dispatch(index, 0, 1));
        _disk.IsFull = false;
        Dispatch(index, 0, 1);
        Assert.Equal([0], index.Query("T", "k0", 64, 0, long.MaxValue));
    }

    private MessageIndex Open(List<long> completed) => new(_options, _disk, _clock, NullLogger.Instance) { FileCompleted = completed.Add };

    private static void Dispatch(MessageIndex index, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var record = new DispatchedRecord
            {
                Topic = "T",
                QueueId = 0,
                CommitOffset = i * 100,
                Size = 100,
                QueueOffset = i,
                StoreTimestamp = Begin + (i * 1000),
                UniqueKey = Encoding.UTF8.GetBytes($"k{i}"),
            };
            index.Dispatch(in record);
        }
    }

    private static void AssertAllFound(MessageIndex index) =>
        Assert.All(Enumerable.Range(0, 35), i => Assert.Contains(i * 100L, index.Query("T", $"k{i}", 64, 0, long.MaxValue)));
}
