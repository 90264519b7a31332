using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class MissingTopicWatchTests
{
    private readonly FakeTimeProvider _clock = new();
    private int _asked;

    [Fact]
    public void It_asks_after_1_2_4_8_and_16_seconds_and_then_leaves_it_to_the_regular_rounds()
    {
        using var watch = new MissingTopicWatch(_clock, () => _asked++);
        var times = new List<int>();
        watch.Report(1);
        for (var second = 1; second <= 100; second++)
        {
            var before = _asked;
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (_asked > before)
            {
                times.Add(second);
                watch.Report(1);
            }
        }

        Assert.Equal([1, 3, 7, 15, 31], times);
    }

    [Fact]
    public void It_begins_anew_when_another_topic_is_missing()
    {
        using var watch = new MissingTopicWatch(_clock, () => _asked++);
        watch.Report(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        watch.Report(1);
        watch.Report(2);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, _asked);
    }

    [Fact]
    public void It_never_asks_while_nothing_is_missing()
    {
        using var watch = new MissingTopicWatch(_clock, () => _asked++);
        watch.Report(0);

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(0, _asked);
    }
}
