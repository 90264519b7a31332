using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Recovery;

public sealed class BadStoreTests : IDisposable
{
    private const int FileSize = 8192;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Foreign_files_are_left_alone()
    {
        await WriteAsync(3);
        string[] foreign = ["notes.txt", "123", "0000000000000000000x", "00000000000000000007"];
        foreach (var name in foreign)
        {
            File.WriteAllText(_directory["commitlog", name], "mine");
        }

        Directory.CreateDirectory(_directory["consumequeue", "TopicTest", "backup"]);
        File.WriteAllText(_directory["consumequeue", "TopicTest", "0", "readme"], "mine");

        await using (var store = await OpenAsync())
        {
            Assert.Equal(3, StoreFixture.Put(store, "next").QueueOffset);
        }

        Assert.All(foreign, name => Assert.Equal("mine", File.ReadAllText(_directory["commitlog", name])));
        Assert.Equal("mine", File.ReadAllText(_directory["consumequeue", "TopicTest", "0", "readme"]));
    }

    [Fact]
    public async Task Another_file_size_than_configured_stops_the_opening_and_changes_nothing()
    {
        await WriteAsync(30);
        var before = Directory.GetFiles(_directory["commitlog"]).Order().ToDictionary(f => f, File.ReadAllBytes);

        var refusal = await Assert.ThrowsAsync<StoreException>(
            () => StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, fileSize: 2 * FileSize)));

        Assert.Contains(FileSize.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public async Task A_missing_file_in_the_middle_stops_the_opening()
    {
        await WriteAsync(30);
        File.Delete(_directory["commitlog", SegmentFileName.Of(FileSize)]);

        var refusal = await Assert.ThrowsAsync<StoreException>(OpenAsync);

        Assert.Contains(SegmentFileName.Of(FileSize), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_before_the_last_file_of_a_closed_store_stops_the_opening_instead_of_dropping_the_rest()
    {
        await WriteAsync(30);
        using (var file = File.OpenHandle(_directory["commitlog", SegmentFileName.Of(3 * FileSize)], FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.Write(file, "damage"u8, 100);
        }

        var refusal = await Assert.ThrowsAsync<StoreException>(OpenAsync);

        Assert.Contains($"offset {3 * FileSize} ", refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_directory["commitlog", SegmentFileName.Of(4 * FileSize)]));
    }

    [Fact]
    public async Task A_store_whose_queues_are_gone_builds_them_again()
    {
        await WriteAsync(30);
        Directory.Delete(_directory["consumequeue"], recursive: true);

        await using var store = await OpenAsync();

        Assert.Equal(30, StoreFixture.Put(store, "next").QueueOffset);
    }

    [Fact]
    public async Task Options_that_cannot_work_are_one_sentence_each()
    {
        var options = StoreFixture.Options("");

        Assert.Contains("storePathRootDir", Assert.Single(options.Validate()), StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => StoreFixture.OpenAsync(options));
        Assert.Empty(StoreFixture.Options("/x").Validate());
    }

    private Task<MessageStore> OpenAsync() => StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path, fileSize: FileSize));

    private async Task WriteAsync(int count)
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(PutStatus.Ok, StoreFixture.Put(store, new byte[1000]).Status);
        }
    }
}
