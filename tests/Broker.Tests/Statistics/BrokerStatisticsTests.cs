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
