using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Consumers;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Consumers;

public sealed class ConsumerOffsetsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ConsumerOffsets _offsets = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Any_offset_is_taken_also_a_smaller_one()
    {
        Assert.Equal(-1, _offsets.Find("G", "T", 0));
        Assert.True(_offsets.TryCommit("G", "T", 0, 100));
        Assert.True(_offsets.TryCommit("G", "T", 0, 7));
        Assert.Equal(7, _offsets.Find("G", "T", 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_queue_id_that_makes_no_sense_is_refused(int queueId) => Assert.False(_offsets.TryCommit("G", "T", queueId, 1));

    [Fact]
    public void Committing_for_a_known_queue_allocates_nothing()
    {
        for (var i = 0; i < 100; i++)
        {
            _offsets.TryCommit("G", "T", 0, i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _offsets.TryCommit("G", "T", 0, i);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing each; the runtime itself may allocate once
    }

    [Fact]
    public void A_group_is_cloned_queue_by_queue()
    {
        _offsets.TryCommit("A", "T", 0, 5);
        _offsets.TryCommit("A", "T", 3, 6);

        _offsets.Clone("A", "B", "T");

        Assert.Equal(new Dictionary<int, long> { [0] = 5, [3] = 6 }, _offsets.Of("B", "T"));
        Assert.Equal(["A", "B"], _offsets.GroupsOf("T"));
        Assert.Equal(["T"], _offsets.TopicsOf("B"));
    }

    [Fact]
    public async Task A_recorded_file_is_written_back_with_the_same_lines()
    {
        var recorded = Path.Combine(TestBroker.GoldenStore, "config", "consumerOffset.json");
        File.Copy(recorded, _directory["consumerOffset.json"]);
        using var file = File_();

        file.Load();
        Assert.Equal(13, _offsets.Find("CID_RMQ_SYS_TRANS", "RMQ_SYS_TRANS_HALF_TOPIC", 0));
        Assert.Null(await file.SaveAsync());

        Assert.Equal(Entries(recorded), Entries(file.FilePath));
    }

    [Fact]
    public async Task Changes_are_saved_every_few_seconds_and_only_changes()
    {
        var clock = new FakeTimeProvider();
        using var file = File_();
        file.Start(clock, TimeSpan.FromSeconds(5));

        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False(File.Exists(file.FilePath));

        _offsets.TryCommit("G", "T", 0, 42);
        clock.Advance(TimeSpan.FromSeconds(5));
        await TestBroker.EventuallyAsync(() => File.Exists(file.FilePath), "the file is saved");
        Assert.Contains("\"T@G\":{0:42", await File.ReadAllTextAsync(file.FilePath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string[] Entries(string path) =>
        [.. File.ReadAllText(path, Encoding.UTF8).Split('\n').Select(line => line.TrimEnd(',')).Order(StringComparer.Ordinal)];

    private ConsumerOffsetsFile File_() => new(_offsets, _directory.Path, NullLogger<ConsumerOffsetsFile>.Instance);
}
