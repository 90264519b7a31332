using System.Collections.Frozen;
using Rocketeer.Client.Routing;

namespace Rocketeer.Client.Tests.Routing;

public sealed class TopicRouteTests
{
    [Fact]
    public void Publish_queues_are_the_writable_ones_of_brokers_with_a_master_sorted_by_broker()
    {
        var route = new TopicRoute(
            "T",
            [Broker("b", (0, "1:1")), Broker("a", (0, "2:1")), Broker("slave-only", (1, "3:1")), Broker("read-only", (0, "4:1"))],
            [
                new QueueRoute("b", 4, 2, 6, 0), new QueueRoute("a", 1, 1, 6, 0), new QueueRoute("slave-only", 2, 2, 6, 0),
                new QueueRoute("read-only", 1, 1, 4, 0), new QueueRoute("unknown", 1, 1, 6, 0),
            ]);

        Assert.Equal(["a:0", "b:0", "b:1"], route.PublishQueues.Select(queue => $"{queue.BrokerName}:{queue.QueueId}"));
    }

    [Fact]
    public void Subscribe_queues_are_the_readable_ones_with_or_without_a_master()
    {
        var route = new TopicRoute(
            "T", [Broker("a", (1, "1:1"))], [new QueueRoute("a", 2, 9, 4, 0), new QueueRoute("b", 3, 3, 2, 0)]);

        Assert.Equal(["a:0", "a:1"], route.SubscribeQueues.Select(queue => $"{queue.BrokerName}:{queue.QueueId}"));
    }

    [Fact]
    public void An_order_configuration_fixes_the_publish_queues_whatever_the_permissions()
    {
        var route = new TopicRoute("T", [], [new QueueRoute("a", 8, 8, 4, 0)], "b:2;a:1;");

        Assert.Equal(["b:0", "b:1", "a:0"], route.PublishQueues.Select(queue => $"{queue.BrokerName}:{queue.QueueId}"));
    }

    [Fact]
    public void A_number_of_queues_that_cannot_be_true_does_not_take_the_memory()
    {
        var route = new TopicRoute("T", [Broker("a", (0, "1:1"))], [new QueueRoute("a", int.MaxValue, -5, 6, 0)]);

        Assert.Equal(65_536, route.SubscribeQueues.Length);
        Assert.Empty(route.PublishQueues);
    }

    [Fact]
    public void Routes_say_the_same_in_any_order_and_not_when_an_address_differs()
    {
        var one = new TopicRoute("T", [Broker("a", (0, "1:1"), (1, "1:2")), Broker("b", (0, "2:1"))], [new QueueRoute("b", 1, 1, 6, 0), new QueueRoute("a", 1, 1, 6, 0)]);
        var same = new TopicRoute("T", [Broker("b", (0, "2:1")), Broker("a", (1, "1:2"), (0, "1:1"))], [new QueueRoute("a", 1, 1, 6, 0), new QueueRoute("b", 1, 1, 6, 0)]);
        var moved = new TopicRoute("T", [Broker("b", (0, "2:9")), Broker("a", (1, "1:2"), (0, "1:1"))], [new QueueRoute("a", 1, 1, 6, 0), new QueueRoute("b", 1, 1, 6, 0)]);

        Assert.True(one.SaysTheSameAs(same));
        Assert.False(one.SaysTheSameAs(moved));
        Assert.False(one.SaysTheSameAs(null));
    }

    internal static BrokerRoute Broker(string name, params (long Id, string Address)[] addresses) =>
        new(name, "C", addresses.ToFrozenDictionary(pair => pair.Id, pair => pair.Address));
}
