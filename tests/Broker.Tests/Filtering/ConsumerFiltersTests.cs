using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Filtering;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Filtering;

public sealed class ConsumerFiltersTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly FakeTimeProvider _clock = new(Start);

    [Fact]
    public void A_heartbeat_registers_what_compiles()
    {
        var filters = New();

        filters.Register("g", [Sql("t", "a > 5", 1), Sql("u", "a >", 1), Sql("v", "", 1), TagExpression.Parse("w", "TagA", 1)]);

        Assert.NotNull(filters.Find("t", "g"));
        Assert.Null(filters.Find("u", "g"));
        Assert.Null(filters.Find("v", "g"));
        Assert.Null(filters.Find("w", "g"));
        Assert.Null(filters.Find("t", "other"));
        Assert.Equal(Start.ToUnixTimeMilliseconds(), filters.Find("t", "g")!.BornTime);
    }

    [Fact]
    public void Only_a_newer_version_changes_a_filter()
    {
        var filters = New();
        filters.Register("g", [Sql("t", "a > 5", 10)]);
        var first = filters.Find("t", "g");
        _clock.Advance(TimeSpan.FromSeconds(1));

        filters.Register("g", [Sql("t", "a > 6", 10)]);
        filters.Register("g", [Sql("t", "a > 6", 9)]);
        Assert.Same(first, filters.Find("t", "g"));

        filters.Register("g", [Sql("t", "a > 5", 11)]);
        Assert.Same(first, filters.Find("t", "g"));
        Assert.Equal(11, first!.Version);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), first.BornTime);

        filters.Register("g", [Sql("t", "a > 6", 12)]);
        Assert.Equal(("a > 6", Start.ToUnixTimeMilliseconds() + 1000), (filters.Find("t", "g")!.Expression.Text, filters.Find("t", "g")!.BornTime));
        Assert.Single(filters.OfTopic("t")!);

        filters.Register("g", [Sql("t", "a >", 13)]);
        Assert.Null(filters.Find("t", "g"));
        Assert.Null(filters.OfTopic("t"));
    }

    [Fact]
    public void Filters_of_topics_that_are_given_up_and_of_groups_that_are_gone_are_dead_until_they_come_back()
    {
        var filters = New();
        filters.Register("g", [Sql("t", "a > 5", 1), Sql("u", "b > 5", 1)]);
        _clock.Advance(TimeSpan.FromSeconds(5));

        filters.Register("g", [Sql("t", "a > 5", 1)]);
        Assert.False(filters.Find("t", "g")!.IsDead);
        Assert.True(filters.Find("u", "g")!.IsDead);

        filters.Unregister("g");
        Assert.True(filters.Find("t", "g")!.IsDead);

        filters.Register("g", [Sql("t", "a > 5", 1), Sql("u", "b > 5", 2)]);
        Assert.False(filters.Find("t", "g")!.IsDead);
        Assert.False(filters.Find("u", "g")!.IsDead);
        Assert.Equal(0, filters.Find("u", "g")!.DeadTime);
    }

    [Fact]
    public void Dead_filters_are_forgotten_after_their_time()
    {
        var filters = New();
        filters.Register("g", [Sql("t", "a > 5", 1)]);
        filters.Register("h", [Sql("t", "a > 5", 1)]);
        filters.Unregister("g");

        _clock.Advance(Day - TimeSpan.FromMilliseconds(1));
        filters.RemoveDead(Day);
        Assert.Equal(2, filters.OfTopic("t")!.Length);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        filters.RemoveDead(Day);

        Assert.Null(filters.Find("t", "g"));
        Assert.Same(filters.Find("t", "h"), Assert.Single(filters.OfTopic("t")!));
    }

    [Fact]
    public void A_bitmap_has_the_bits_of_the_groups_that_a_message_satisfies_and_of_the_dead_ones()
    {
        var filters = New();
        filters.Register("yes", [Sql("t", "a = 5", 1)]);
        filters.Register("no", [Sql("t", "a = 6", 1)]);
        filters.Register("dead", [Sql("t", "a IS NOT NULL", 1)]);
        filters.Register("fails", [Sql("t", "s > 5 OR TRUE", 1)]);
        filters.Unregister("dead");
        var bitmaps = new FilterBitmaps(new FilterSettings { EnableCalcFilterBitMap = true }, filters);
        var bitmap = new byte[IFilterBitmaps.MaxBytes];
        bitmap.AsSpan().Fill(0xff);

        Assert.Equal(14, bitmaps.Compute("t", "a\u00015\u0002s\u0001text\u0002"u8, bitmap));

        var expected = new byte[14];
        BloomFilter.Set(expected, filters.Bloom.Positions("yes", "t"));
        BloomFilter.Set(expected, filters.Bloom.Positions("dead", "t"));
        Assert.Equal(expected, bitmap[..14]);
        Assert.Equal(0, bitmaps.Compute("unfiltered", "a\u00015\u0002"u8, bitmap));
        Assert.Equal(0, new FilterBitmaps(new FilterSettings(), filters).Compute("t", "a\u00015\u0002"u8, bitmap));
    }

    [Fact]
    public void Bits_decide_only_about_messages_that_were_dispatched_with_the_filter()
    {
        var filters = New();
        filters.Register("g", [Sql("t", "a = 5", 1)]);
        var filter = filters.Find("t", "g")!;
        var set = new byte[14];
        BloomFilter.Set(set, filter.Positions);
        var later = filter.BornTime + ConsumerFilter.ClockTolerance + 1;

        Assert.True(Passes(later, set));
        Assert.False(Passes(later, new byte[14]));
        Assert.True(Passes(later - 1, new byte[14])); // maybe stored before the filter was there
        Assert.True(Passes(filter.BornTime, new byte[14]));
        Assert.True(Passes(later, [])); // no bitmap
        Assert.True(Passes(later, new byte[15])); // a bitmap of other settings
        Assert.True(filter.MatchesEntry(null, default)); // no unit
        Assert.True(filter.MatchesEntry(5, default));

        bool Passes(long storeTimestamp, ReadOnlySpan<byte> bitmap) => filter.MatchesEntry(
            0, new ConsumeQueueExtension { Exists = true, StoreTimestamp = storeTimestamp, FilterBitmap = bitmap });
    }

    [Fact]
    public async Task The_file_of_the_original_is_loaded_and_written_as_it_was()
    {
        using var directory = new TempDirectory();
        directory.CopyFrom(TestBroker.GoldenStore);
        var options = TestBroker.Options(directory.Path);
        var filters = New();
        using var file = new ConsumerFiltersFile(filters, options, NullLogger<ConsumerFiltersFile>.Instance);
        var original = await File.ReadAllTextAsync(file.FilePath, TestContext.Current.CancellationToken);

        file.Load();
        Assert.Null(await file.SaveAsync());

        Assert.Equal(original, await File.ReadAllTextAsync(file.FilePath, TestContext.Current.CancellationToken));
        var filter = filters.Find("GoldenSql", "GID_Sql")!;
        Assert.True(filter.IsDead);
        Assert.Equal([77, 51, 86], filter.Positions);
    }

    [Fact]
    public void Loaded_groups_are_dead_until_their_heartbeat_comes()
    {
        var before = New();
        before.Register("g", [Sql("t", "a > 5", 1)]);
        before.Register("young", [Sql("t", "a > 5", 1)]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        before.Register("young", [Sql("t", "a > 6", 2)]);
        _clock.Advance(TimeSpan.FromSeconds(5));

        var after = New();
        Assert.True(after.Load(before.ToTable()));

        Assert.Equal(_clock.GetUtcNow().AddSeconds(-30).ToUnixTimeMilliseconds(), after.Find("t", "g")!.DeadTime);
        Assert.Equal(after.Find("t", "young")!.BornTime, after.Find("t", "young")!.DeadTime);
        after.Register("g", [Sql("t", "a > 5", 1)]);
        Assert.False(after.Find("t", "g")!.IsDead);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), after.Find("t", "g")!.BornTime);
    }

    [Fact]
    public void A_table_with_bits_of_other_settings_is_ignored()
    {
        var before = New();
        before.Register("g", [Sql("t", "a > 5", 1)]);
        var after = new ConsumerFilters(new BloomFilter(20, 64), _clock, NullLogger<ConsumerFilters>.Instance);

        Assert.False(after.Load(before.ToTable()));

        Assert.Null(after.Find("t", "g"));
    }

    [Theory]
    [InlineData("""{"filterDataByTopic":{}}""")]
    [InlineData("""{"filterDataByTopic":{"t":null}}""")]
    [InlineData("""{"filterDataByTopic":{"t":{"groupFilterData":{"g":null},"topic":"t"}}}""")]
    [InlineData("""{"filterDataByTopic":{"t":{"groupFilterData":{"g":{"topic":"t","consumerGroup":"g"}},"topic":"t"}}}""")]
    [InlineData("""{"filterDataByTopic":{"t":{"groupFilterData":{"g":{"topic":"t","consumerGroup":"g","expression":"a >","expressionType":"SQL92","bloomFilterData":{"bitNum":112,"bitPos":[22,87,58]}}},"topic":"t"}}}""")]
    public void Entries_that_say_nothing_are_left_out(string json)
    {
        var filters = New();

        Assert.True(filters.Load(BodyJson.Deserialize<ConsumerFilterTable>(Encoding.UTF8.GetBytes(json))));

        Assert.Null(filters.OfTopic("t"));
    }

    [Fact]
    public void What_all_expressions_take_together_is_bounded()
    {
        var filters = New();
        var big = "a = '" + new string('x', 32_000) + "'";
        for (var i = 0; i < 1000; i++)
        {
            filters.Register($"g{i}", [Sql("t", big, 1)]);
        }

        Assert.InRange(filters.OfTopic("t")!.Length, 500, 525);
        filters.Register("g0", [Sql("t", "a = 'small'", 2)]);
        filters.Register("late", [Sql("t", "a = 'small'", 1)]);
        Assert.NotNull(filters.Find("t", "late"));
    }

    private ConsumerFilters New() => new(new BloomFilter(20, 32), _clock, NullLogger<ConsumerFilters>.Instance);

    private static SubscriptionData Sql(string topic, string expression, long version) =>
        new() { Topic = topic, SubString = expression, SubVersion = version, ExpressionType = "SQL92" };
}
