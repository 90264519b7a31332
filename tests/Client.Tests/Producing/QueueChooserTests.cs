using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Routing;
using Rocketeer.Client.Tests.Routing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Producing;

public sealed class QueueChooserTests
{
    private static readonly TopicRoute Route = new(
        "T",
        [TopicRouteTests.Broker("a", (0, "1:1")), TopicRouteTests.Broker("b", (0, "2:1"))],
        [new QueueRoute("a", 2, 2, 6, 0), new QueueRoute("b", 2, 2, 6, 0)]);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Messages_go_round_all_queues()
    {
        var chooser = new QueueChooser(null);

        var chosen = Enumerable.Range(0, 8).Select(_ => chooser.Choose(Route, null)).ToArray();

        Assert.Equal(4, chosen.Take(4).Distinct().Count());
        Assert.Equal(chosen.Take(4), chosen.Skip(4));
    }

    [Fact]
    public void A_retry_goes_to_another_broker()
    {
        var chooser = new QueueChooser(null);

        Assert.All(Enumerable.Range(0, 8), _ => Assert.Equal("b", chooser.Choose(Route, "a").BrokerName));
    }

    [Fact]
    public void A_retry_stays_where_there_is_no_other_broker()
    {
        var single = new TopicRoute("T", [TopicRouteTests.Broker("a", (0, "1:1"))], [new QueueRoute("a", 2, 2, 6, 0)]);

        Assert.Equal("a", new QueueChooser(null).Choose(single, "a").BrokerName);
    }

    [Fact]
    public void Fault_avoidance_keeps_away_from_a_blocked_broker_until_its_time_is_over()
    {
        var faults = new BrokerFaultTable(_clock);
        var chooser = new QueueChooser(faults);
        faults.Record("a", TimeSpan.FromMilliseconds(600), failed: false);

        Assert.All(Enumerable.Range(0, 8), _ => Assert.Equal("b", chooser.Choose(Route, null).BrokerName));

        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains(Enumerable.Range(0, 4), _ => chooser.Choose(Route, null).BrokerName == "a");
    }

    [Fact]
    public void With_fault_avoidance_a_retry_goes_to_another_broker_too()
    {
        var chooser = new QueueChooser(new BrokerFaultTable(_clock));

        Assert.All(Enumerable.Range(0, 8), _ => Assert.Equal("b", chooser.Choose(Route, "a").BrokerName));
    }

    [Fact]
    public void When_all_are_blocked_the_one_that_is_free_first_is_taken()
    {
        var faults = new BrokerFaultTable(_clock);
        faults.Record("a", default, failed: true);
        faults.Record("b", TimeSpan.FromSeconds(1), failed: false);

        Assert.All(Enumerable.Range(0, 8), _ => Assert.Equal("b", new QueueChooser(faults).Choose(Route, null).BrokerName));
    }

    [Theory]
    [InlineData(49, 0)]
    [InlineData(100, 0)]
    [InlineData(549, 0)]
    [InlineData(550, 30_000)]
    [InlineData(1_000, 60_000)]
    [InlineData(2_999, 120_000)]
    [InlineData(3_000, 180_000)]
    [InlineData(14_999, 180_000)]
    [InlineData(15_000, 600_000)]
    [InlineData(30_000, 600_000)]
    public void A_latency_blocks_for_the_time_of_the_table(int latencyMs, int blockedMs) =>
        Assert.Equal(blockedMs, BrokerFaultTable.BlockedFor(TimeSpan.FromMilliseconds(latencyMs)).TotalMilliseconds);

    [Fact]
    public void A_good_answer_clears_a_broker()
    {
        var faults = new BrokerFaultTable(_clock);
        faults.Record("a", default, failed: true);
        Assert.False(faults.IsAvailable("a"));

        faults.Record("a", TimeSpan.FromMilliseconds(3), failed: false);

        Assert.True(faults.IsAvailable("a"));
    }

    [Theory]
    [InlineData("TagA", 4, 2598919 % 4)]
    [InlineData("", 4, 0)]
    public void An_order_key_leads_to_the_queue_that_Java_clients_choose(string key, int queues, int expected)
    {
        var all = Enumerable.Range(0, queues).Select(id => new MessageQueue("T", "a", id)).ToArray();

        Assert.Equal(expected, QueueSelectors.ByKey(key)(all, new Message("T", new byte[1])).QueueId);
    }

    [Theory]
    [InlineData(-7, 4, 3)]
    [InlineData(int.MinValue, 4, 0)]
    [InlineData(int.MinValue, 7, 0)]
    [InlineData(int.MaxValue, 7, int.MaxValue % 7)]
    public void Every_hash_has_an_index(int hash, int count, int expected) => Assert.Equal(expected, QueueSelectors.IndexOf(hash, count));
}
