using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Protection;

namespace Rocketeer.Broker.Tests.Protection;

public sealed class SlowReadersTests
{
    [Theory]
    [InlineData(true, 1001, false)]
    [InlineData(true, 1000, true)]
    [InlineData(false, 1001, true)]
    public async Task A_group_that_reads_too_far_behind_may_not_consume_if_that_is_wanted(bool wanted, long behind, bool mayConsume)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_500_000));
        await using var broker = await TestBroker.StartAsync(
            options =>
            {
                options.Protection.DisableConsumeIfConsumerReadSlowly = wanted;
                options.Protection.ConsumerFallbehindThreshold = 1000;
            },
            clock);
        broker.Context.Groups.FindOrCreate("Slow");
        broker.Context.Groups.FindOrCreate("Fast");
        var version = broker.Context.Groups.Snapshot().DataVersion.Counter;
        broker.Context.Statistics.RecordFall("T", "Slow", 3, behind, clock.GetUtcNow().ToUnixTimeMilliseconds());

        clock.Advance(SlowReaders.Period);

        Assert.Equal(mayConsume, broker.Context.Groups.Find("Slow")!.ConsumeEnable);
        Assert.True(broker.Context.Groups.Find("Fast")!.ConsumeEnable);
        Assert.Equal(version + (mayConsume ? 0 : 1), broker.Context.Groups.Snapshot().DataVersion.Counter);
    }
}
