using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Statistics;

namespace Rocketeer.Broker.Tests.Statistics;

public sealed class BrokerStatisticsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 22, 0, 0, TimeSpan.Zero));

    [Fact]
    public void An_item_knows_its_last_minute()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.Start();
        statistics.RecordPut("T", 1, 100);
        for (var i = 0; i < 21; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            statistics.RecordPut("T", 2, 200);
        }

        var item = statistics.Find("TOPIC_PUT_NUMS")!.Find(new StatsKey("T"))!;

        Assert.Equal(43, item.Value);
        Assert.Equal(40, item.Minute().Sum);
        Assert.Equal(2, item.Minute().PerSecond);
        Assert.Equal(2, item.Minute().Average);
        Assert.Equal(default, item.Day());
    }

    [Fact]
    public void The_window_slides()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.Start();
        statistics.RecordPull("T", "G", 1000, 1);
        for (var i = 0; i < 200; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, statistics.GroupGetNums.Find(StatsKey.Parse("T@G"))!.Minute().Sum);
    }

    [Fact]
    public void At_midnight_today_becomes_yesterday()
    {
        _clock.SetLocalTimeZone(TimeZoneInfo.Utc);
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.Start();
        statistics.RecordPut("T", 5, 1);
        _clock.Advance(TimeSpan.FromHours(3));
        statistics.RecordPut("T", 1, 1);

        Assert.Equal(5, statistics.Days.PutToday);
        Assert.Equal(6, statistics.PutTotal);
    }

    [Fact]
    public void Counting_a_known_item_allocates_nothing()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        Record(statistics);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Record(statistics);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing each; the runtime itself may allocate once

        static void Record(BrokerStatistics statistics)
        {
            statistics.RecordPut("T", 1, 100);
            statistics.RecordPull("T", "G", 1, 100);
            statistics.RecordPullLatency("T", "G", 2, statistics.BeginCopy());
            statistics.RecordFall("T", "G", 2, 100, 1);
            statistics.RecordPullFromDisk("T", "G", 1, 100);
        }
    }

    [Fact]
    public void A_deleted_topic_is_forgotten()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.RecordPut("T", 1, 100);
        statistics.ForgetTopic("T");

        Assert.Null(statistics.Find("TOPIC_PUT_NUMS")!.Find(new StatsKey("T")));
    }

    [Fact]
    public void An_item_that_counted_nothing_for_a_day_goes_and_others_stay()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.Start();
        statistics.RecordPut("Idle", 1, 100);
        for (var hour = 0; hour < 26; hour++)
        {
            statistics.RecordPut("Busy", 1, 100);
            _clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Null(statistics.TopicPutNums.Find(new StatsKey("Idle")));
        Assert.Equal(24, statistics.TopicPutNums.Find(new StatsKey("Busy"))!.Day().Sum);
        Assert.Equal(1, statistics.TopicPutNums.Count);
    }

    [Fact]
    public void A_table_has_a_bound()
    {
        var table = new StatsTable();
        for (var i = 0; i < StatsTable.MaxItems + 10; i++)
        {
            table.Add(new StatsKey("T", "G", i), 1);
        }

        Assert.Equal(StatsTable.MaxItems, table.Count);
        table.Forget("T", null);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void The_broker_s_own_items_have_a_rate_and_no_average_as_in_the_original()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.Start();
        for (var i = 0; i < 30; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            statistics.RecordPut("T", 3, 100);
        }

        var item = statistics.Find("BROKER_PUT_NUMS")!.Find(new StatsKey("Cluster"))!;

        Assert.Equal((30, 3.0, 0.0), (item.Minute().Sum, item.Minute().PerSecond, item.Minute().Average));
    }

    [Fact]
    public void How_far_behind_a_group_reads_is_kept_per_queue_and_forgotten_with_its_topic()
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        statistics.RecordFall("T", "G", 1, 100, now - 7000);
        statistics.RecordFall("T", "G", 1, 50, now - 3000);

        Assert.Equal([(new StatsKey("T", "G", 1), 50L)], statistics.FallSizes());
        Assert.Equal([(new StatsKey("T", "G", 1), 3000L)], statistics.FallTimes());
        statistics.ForgetTopic("T");
        Assert.Empty(statistics.FallSizes());
        Assert.Empty(statistics.FallTimes());
    }

    [Theory]
    [InlineData("GROUP_GET_FROM_DISK_NUMS", "T@G")]
    [InlineData("GROUP_GET_FROM_DISK_SIZE", "T@G")]
    [InlineData("BROKER_GET_FROM_DISK_NUMS", "Cluster")]
    [InlineData("BROKER_GET_FROM_DISK_SIZE", "Cluster")]
    public void Reads_from_the_disk_have_items_of_their_own(string name, string key)
    {
        using var statistics = new BrokerStatistics("Cluster", _clock);
        statistics.RecordPullFromDisk("T", "G", 2, 200);

        Assert.Equal(name.EndsWith("SIZE", StringComparison.Ordinal) ? 200 : 2, statistics.Find(name)!.Find(StatsKey.Parse(key))!.Value);
    }

    [Theory]
    [InlineData("T")]
    [InlineData("T@G")]
    [InlineData("3@T@G")]
    public void Keys_have_the_original_text(string text) => Assert.Equal(text, StatsKey.Parse(text).ToString());

    [Theory]
    [InlineData(12, "12 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(270_582_939_648, "252.0 GiB")]
    public void Sizes_read_as_in_the_original(long bytes, string text) => Assert.Equal(text, ByteSize.Text(bytes));
}
