using CsCheck;
using Rocketeer.Client.Consuming.Allocation;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

/// <summary>Vectors produced by the classes of 4.4.0 (reference: namesrv-and-client.md section E3), and what every rule must hold.</summary>
public sealed class QueueAllocationTests
{
    [Theory]
    [InlineData(3, "012/345/67")]
    [InlineData(5, "01/23/45/6/7")]
    [InlineData(8, "0/1/2/3/4/5/6/7")]
    [InlineData(10, "0/1/2/3/4/5/6/7//")]
    public void Average_gives_runs_as_the_original_does(int members, string expected) =>
        Assert.Equal(expected, Divide(QueueAllocation.Average, members));

    [Fact]
    public void Circle_deals_queues_like_cards() => Assert.Equal("036/147/25", Divide(QueueAllocation.Circle, 3));

    [Fact]
    public void Consistent_hash_places_queues_where_the_original_does() =>
        Assert.Equal("1/03457/26", Divide(QueueAllocation.ConsistentHash(), 3));

    [Fact]
    public void Fixed_takes_only_configured_queues_that_exist()
    {
        var rule = QueueAllocation.Fixed(new MessageQueue("TopicTest", "broker-a", 2), new MessageQueue("Other", "broker-a", 1));

        Assert.Equal([new MessageQueue("TopicTest", "broker-a", 2)], rule.Allocate("c0", Queues("broker-a", 8), ["c0"]));
    }

    [Fact]
    public void Machine_room_takes_only_queues_of_its_rooms()
    {
        var queues = Queues("far@b0", 3).Concat(Queues("near@b1", 5)).ToList();
        var rule = QueueAllocation.MachineRoom("near");

        Assert.Equal([0, 1, 4], rule.Allocate("c0", queues, ["c0", "c1"]).Select(queue => queue.QueueId));
        Assert.Equal([2, 3], rule.Allocate("c1", queues, ["c0", "c1"]).Select(queue => queue.QueueId));
        Assert.All(rule.Allocate("c0", queues, ["c0", "c1"]), queue => Assert.Equal("near@b1", queue.BrokerName));
    }

    [Fact]
    public void Nearby_keeps_a_room_with_its_members_and_shares_an_orphaned_room()
    {
        var queues = Queues("east@b0", 2).Concat(Queues("south@b1", 2)).Concat(Queues("west@b2", 2)).ToList();
        string[] members = ["east@c0", "west@c1"];
        var rule = QueueAllocation.MachineRoomNearby(QueueAllocation.Average, Room, Room);

        Assert.Equal(["east@b0:0", "east@b0:1", "south@b1:0"], Names(rule.Allocate("east@c0", queues, members)));
        Assert.Equal(["south@b1:1", "west@b2:0", "west@b2:1"], Names(rule.Allocate("west@c1", queues, members)));
        Assert.Equal("MACHINE_ROOM_NEARBY-AVG", rule.Name);
    }

    [Fact]
    public void A_member_that_the_group_does_not_list_gets_nothing()
    {
        foreach (var rule in SharingRules())
        {
            Assert.Empty(rule.Allocate("stranger", Queues("near@a", 8), ["c0", "c1"]));
        }
    }

    [Fact]
    public void Every_queue_has_exactly_one_owner_under_every_sharing_rule() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 12], Gen.Int[1, 3]).Sample((queueCount, memberCount, brokers) =>
        {
            var queues = Enumerable.Range(0, brokers).SelectMany(broker => Queues($"near@b{broker}", queueCount)).Order().ToList();
            var members = Enumerable.Range(0, memberCount).Select(i => $"10.0.0.{i}@{i * 7}").Order(StringComparer.Ordinal).ToList();
            foreach (var rule in SharingRules())
            {
                var owned = members.SelectMany(member => rule.Allocate(member, queues, members)).ToList();
                Assert.Equal(queues, owned.Order());
            }
        });

    private static IEnumerable<IQueueAllocation> SharingRules() =>
    [
        QueueAllocation.Average,
        QueueAllocation.Circle,
        QueueAllocation.ConsistentHash(),
        QueueAllocation.MachineRoom("near"),
        QueueAllocation.MachineRoomNearby(QueueAllocation.Circle, Room, _ => "near"),
        QueueAllocation.MachineRoomNearby(QueueAllocation.Average, Room, id => id.EndsWith('4') ? "near" : "far"),
    ];

    private static string Divide(IQueueAllocation rule, int members)
    {
        var queues = Queues("broker-a", 8);
        var ids = Enumerable.Range(0, members).Select(i => $"c{i}").ToList();
        return string.Join('/', ids.Select(id => string.Concat(rule.Allocate(id, queues, ids).Select(queue => queue.QueueId))));
    }

    private static List<MessageQueue> Queues(string broker, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new MessageQueue("TopicTest", broker, i))];

    private static IEnumerable<string> Names(IEnumerable<MessageQueue> queues) => queues.Select(queue => $"{queue.BrokerName}:{queue.QueueId}");

    private static string Room(string name) => name.Split('@')[0];
}
