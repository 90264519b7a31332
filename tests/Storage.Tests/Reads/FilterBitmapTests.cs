using System.Buffers.Binary;
using System.Text;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Reads;

public sealed class FilterBitmapTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_bitmap_travels_from_dispatch_through_the_extension_file_to_the_filter()
    {
        var options = Options(new Bitmaps());
        await using (var store = await StoreFixture.OpenAsync(options))
        {
            await FillAsync(store);
            AssertSeen(store);
        }

        // After a crash without queues, recovery computes them anew.
        Directory.Delete(_directory["consumequeue"], recursive: true);
        Directory.Delete(_directory["consumequeue_ext"], recursive: true);
        await using (var again = await StoreFixture.OpenAsync(options))
        {
            AssertSeen(again);
        }
    }

    [Fact]
    public async Task An_extension_file_has_the_layout_of_the_original()
    {
        await using (var store = await StoreFixture.OpenAsync(Options(new Bitmaps())))
        {
            await FillAsync(store);
        }

        var file = File.ReadAllBytes(_directory["consumequeue_ext", "TopicTest", "0", "00000000000000000000"]).AsSpan();
        Assert.Equal(23, BinaryPrimitives.ReadInt16BigEndian(file)); // unit: 20 and the bitmap
        Assert.Equal(2598919, BinaryPrimitives.ReadInt64BigEndian(file[2..])); // hash of TagA
        Assert.True(BinaryPrimitives.ReadInt64BigEndian(file[10..]) > 0); // store time
        Assert.Equal(3, BinaryPrimitives.ReadInt16BigEndian(file[18..]));
        Assert.Equal([1, 2, 3], file[20..23].ToArray());
        Assert.Equal(20, BinaryPrimitives.ReadInt16BigEndian(file[23..])); // the second message has no bitmap
        var queue = File.ReadAllBytes(_directory["consumequeue", "TopicTest", "0", "00000000000000000000"]).AsSpan();
        Assert.Equal(long.MinValue, BinaryPrimitives.ReadInt64BigEndian(queue[12..]));
        Assert.Equal(long.MinValue + 23, BinaryPrimitives.ReadInt64BigEndian(queue[32..]));
    }

    [Fact]
    public async Task A_filter_that_reads_records_is_given_800_of_them_however_many_are_asked_for()
    {
        await using var store = await StoreFixture.OpenAsync(Options(bitmaps: null));
        for (var i = 0; i < 900; i++)
        {
            StoreFixture.Put(store, "x");
        }

        await VisibleAsync(store, 900);
        var filter = new Recorder(matches: false);

        using var result = store.Get("TopicTest", 0, 0, int.MaxValue, filter);

        Assert.Equal((GetStatus.NoMatchedMessage, 800L, 800), (result!.Status, result.NextBeginOffset, filter.Records));
    }

    private StoreOptions Options(IFilterBitmaps? bitmaps) => new()
    {
        RootDirectory = _directory.Path,
        CommitLogDirectory = _directory["commitlog"],
        CommitLogFileSize = StoreFixture.FileSize,
        MaxMessageSize = 512 * 1024,
        ConsumeQueueFileSize = 20_000,
        ConsumeQueueExtensionFileSize = 4096,
        MaxHashSlots = 4000,
        MaxIndexEntries = 1000,
        DiskSpaceWarningLevelRatio = 1, // the machine's own disk must not decide a test
        DiskSpaceCleanForciblyRatio = 1,
        EnableConsumeQueueExtension = bitmaps is not null,
        FilterBitmaps = bitmaps,
    };

    private static async Task FillAsync(MessageStore store)
    {
        StoreFixture.Put(store, "one", properties: "TAGS\u0001TagA\u0002bits\u0001yes\u0002");
        StoreFixture.Put(store, "two", properties: "TAGS\u0001TagB\u0002");
        await VisibleAsync(store, 2);
    }

    private static async Task VisibleAsync(MessageStore store, long count)
    {
        while (store.MaxOffset("TopicTest", 0) < count)
        {
            await Task.Yield();
        }
    }

    private static void AssertSeen(MessageStore store)
    {
        var filter = new Recorder(matches: true);
        using var result = store.Get("TopicTest", 0, 0, 32, filter);
        Assert.Equal(2, result!.MessageCount);
        Assert.Equal(["2598919 True 010203", "2598920 True "], filter.Entries);
    }

    private sealed class Bitmaps : IFilterBitmaps
    {
        public int Compute(string topic, ReadOnlySpan<byte> properties, Span<byte> bitmap)
        {
            if (!Encoding.UTF8.GetString(properties).Contains("bits", StringComparison.Ordinal))
            {
                return 0;
            }

            ReadOnlySpan<byte> bits = [1, 2, 3];
            bits.CopyTo(bitmap);
            return bits.Length;
        }
    }

    private sealed class Recorder(bool matches) : IMessageFilter
    {
        public List<string> Entries { get; } = [];

        public int Records { get; private set; }

        public bool NeedsRecord => true;

        public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension)
        {
            Assert.Equal(extension.Exists, extension.StoreTimestamp > 0);
            Entries.Add($"{tagsCode} {extension.Exists} {Convert.ToHexString(extension.FilterBitmap)}");
            return true;
        }

        public bool MatchesRecord(ReadOnlySpan<byte> record)
        {
            Records++;
            return matches;
        }
    }
}
