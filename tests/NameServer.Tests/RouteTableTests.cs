using Microsoft.Extensions.Time.Testing;
using Rocketeer.NameServer.Routing;

namespace Rocketeer.NameServer.Tests;

public sealed class RouteTableTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RouteTable _table;

    public RouteTableTests() => _table = new RouteTable(_clock);

    [Fact]
    public void A_registered_topic_leads_to_its_queues_and_brokers()
    {
        Register(topics: Topic("T", read: 8, write: 4));
        Register(id: 1, address: "slave:1");

        var route = _table.FindRoute("T")!;

        Assert.Equal(new TopicQueues("a", 8, 4, 6, 0), Assert.Single(route.Queues));
        Assert.Equal([new(0, "master:1"), new(1, "slave:1")], Assert.Single(route.Brokers).Addresses);
    }

    [Fact]
    public void An_unknown_topic_has_no_route() => Assert.Null(_table.FindRoute("T"));

    [Fact]
    public void A_slave_contributes_no_topics_but_learns_its_master()
    {
        Assert.Equal(default, Register(id: 1, address: "slave:1", topics: Topic("T")));
        Register(haServer: "master:2");

        var master = Register(id: 1, address: "slave:1");

        Assert.Equal(new MasterInfo("master:1", "master:2"), master);
        Assert.Null(_table.FindRoute("T"));
    }

    [Fact]
    public void A_master_learns_no_master() => Assert.Equal(default, Register());

    [Fact]
    public void A_master_of_an_older_epoch_is_refused_until_the_whole_group_is_gone()
    {
        Register(topics: Topic("T"));
        Register(address: "other:1", epoch: 2, topics: Topic("T"));
        Register(id: 1, address: "slave:1", epoch: 7); // told what it is to be; the master of that epoch is not there yet

        Assert.Equal(2, Register(epoch: 1).NewerEpoch);
        Assert.Equal(2, Register().NewerEpoch);
        Assert.Equal("other:1", _table.FindRoute("T")!.Brokers[0].Addresses[0]);
        Assert.Equal(0, Register(address: "other:1", epoch: 2).NewerEpoch);

        _table.Unregister("c", "a", 0, "other:1");
        _table.Unregister("c", "a", 1, "slave:1");
        Assert.Equal(0, Register().NewerEpoch);
    }

    [Fact]
    public void A_table_of_the_same_version_changes_nothing()
    {
        Register(version: new(1, 1), topics: Topic("T", read: 4));
        Register(version: new(1, 1), topics: Topic("T", read: 8));

        Assert.Equal(4, _table.FindRoute("T")!.Queues[0].ReadQueues);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void A_table_of_another_version_replaces_what_it_names_and_leaves_the_rest(long timestamp, long counter)
    {
        Register(version: new(1, 1), topics: [Topic("T", read: 4), Topic("Old")]);
        Register(version: new(timestamp, counter), topics: Topic("T", read: 8));

        Assert.Equal(8, Assert.Single(_table.FindRoute("T")!.Queues).ReadQueues);
        Assert.NotNull(_table.FindRoute("Old"));
    }

    [Fact]
    public void A_table_without_a_version_always_counts_as_changed()
    {
        Register(version: null, topics: Topic("T", read: 4));
        Register(version: null, topics: Topic("T", read: 8));

        Assert.Equal(8, _table.FindRoute("T")!.Queues[0].ReadQueues);
    }

    [Fact]
    public void A_master_at_a_new_address_brings_its_topics_along()
    {
        Register(version: new(1, 1), topics: Topic("T", read: 4));
        Register(version: new(1, 1), address: "elsewhere:1", topics: Topic("T", read: 8));

        var route = _table.FindRoute("T")!;
        Assert.Equal(8, route.Queues[0].ReadQueues);
        Assert.Equal("elsewhere:1", Assert.Single(route.Brokers[0].Addresses).Value);
    }

    [Fact]
    public void A_slave_that_becomes_master_stands_under_one_id()
    {
        Register(topics: Topic("T"));
        Register(id: 1, address: "slave:1");
        Register(id: 0, address: "slave:1", version: new(2, 2));

        Assert.Equal([new(0, "slave:1")], _table.FindRoute("T")!.Brokers[0].Addresses);
    }

    [Fact]
    public void A_broker_name_stays_in_the_cluster_that_it_was_registered_under_first()
    {
        Register(cluster: "c1");
        Register(cluster: "c2", topics: Topic("T"), version: new(2, 2));

        Assert.Equal("c1", _table.FindRoute("T")!.Brokers[0].Cluster);
        Assert.Equal(["c1", "c2"], _table.ClusterInfo().Clusters.Select(cluster => cluster.Key));
    }

    [Fact]
    public void The_goodbye_of_the_last_broker_of_a_name_removes_everything()
    {
        Register(topics: Topic("T"), filterServers: ["f:1"]);

        _table.Unregister("c", "a", 0, "master:1");

        Assert.Null(_table.FindRoute("T"));
        Assert.Empty(_table.AllTopics());
        Assert.Empty(_table.ClusterInfo().Groups);
        Assert.Empty(_table.ClusterInfo().Clusters);
        Assert.Equal(0, _table.LiveBrokerCount);
    }

    [Fact]
    public void Queues_stay_while_a_slave_is_left()
    {
        Register(topics: Topic("T"));
        Register(id: 1, address: "slave:1");

        _table.Unregister("c", "a", 0, "master:1");

        Assert.Equal([new(1, "slave:1")], _table.FindRoute("T")!.Brokers[0].Addresses);
    }

    [Fact]
    public void The_late_goodbye_of_a_replaced_process_leaves_its_successor()
    {
        Register(address: "old:1", topics: Topic("T"));
        Register(address: "new:1", topics: Topic("T"), version: new(1, 1));

        _table.Unregister("c", "a", 0, "old:1");

        Assert.Equal([new(0, "new:1")], _table.FindRoute("T")!.Brokers[0].Addresses);
    }

    [Fact]
    public void A_topic_on_two_brokers_survives_the_loss_of_one()
    {
        Register(topics: Topic("T"));
        Register(name: "b", address: "b:1", topics: Topic("T", broker: "b"));

        _table.Unregister("c", "a", 0, "master:1");

        var route = _table.FindRoute("T")!;
        Assert.Equal("b", Assert.Single(route.Queues).BrokerName);
        Assert.Equal("b", Assert.Single(route.Brokers).Name);
    }

    [Fact]
    public void A_lost_connection_removes_the_brokers_that_it_registered_last()
    {
        var (first, second) = (new object(), new object());
        Register(topics: Topic("T"), connection: first);
        Register(id: 1, address: "slave:1", connection: first);
        Register(id: 1, address: "slave:1", connection: second);

        Assert.Equal(["master:1"], _table.RemoveConnection(first));
        Assert.Empty(_table.RemoveConnection(first));
        Assert.Equal([new(1, "slave:1")], _table.FindRoute("T")!.Brokers[0].Addresses);
    }

    [Fact]
    public void A_broker_is_removed_after_more_than_120_seconds_of_silence()
    {
        var connection = new object();
        var allowed = TimeSpan.FromSeconds(120);
        Register(topics: Topic("T"), connection: connection);

        _clock.Advance(allowed);
        Assert.Empty(_table.RemoveSilent(allowed));
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([("master:1", connection)], _table.RemoveSilent(allowed));
        Assert.Null(_table.FindRoute("T"));
    }

    [Fact]
    public void Asking_for_an_unchanged_version_keeps_a_broker_alive()
    {
        Register(version: new(1, 1));
        _clock.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal((false, new TableVersion(1, 1)), _table.QueryVersion("master:1", new(1, 1)));
        _clock.Advance(TimeSpan.FromSeconds(100));

        Assert.Empty(_table.RemoveSilent(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public void Asking_for_a_changed_version_keeps_nothing_alive()
    {
        Register(version: new(1, 1));
        _clock.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal((true, new TableVersion(1, 1)), _table.QueryVersion("master:1", new(1, 2)));
        Assert.Equal((true, null), _table.QueryVersion("unknown:1", new(1, 2)));
        _clock.Advance(TimeSpan.FromSeconds(100));

        Assert.Single(_table.RemoveSilent(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public void The_address_that_a_broker_left_expires_without_harm_to_the_new_one()
    {
        Register(address: "old:1", topics: Topic("T"));
        _clock.Advance(TimeSpan.FromSeconds(100));
        Register(address: "new:1", topics: Topic("T"));
        _clock.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal("old:1", Assert.Single(_table.RemoveSilent(TimeSpan.FromSeconds(120))).Address);
        Assert.Equal([new(0, "new:1")], _table.FindRoute("T")!.Brokers[0].Addresses);
    }

    [Fact]
    public void Wiping_counts_every_topic_of_the_broker_and_lasts_until_its_table_changes()
    {
        Register(version: new(1, 1), topics: [Topic("T"), Topic("ReadOnly", permission: 4)]);
        Register(name: "b", address: "b:1", topics: Topic("T", broker: "b"));

        Assert.Equal(2, _table.WipeWritePermission("a"));
        Assert.Equal(0, _table.WipeWritePermission("none"));
        Register(version: new(1, 1), topics: Topic("T"));
        Assert.Equal([4, 6], _table.FindRoute("T")!.Queues.Select(queues => queues.Permission));
        Register(version: new(1, 2), topics: Topic("T"));
        Assert.Equal([6, 6], _table.FindRoute("T")!.Queues.Select(queues => queues.Permission));
    }

    [Fact]
    public void A_deleted_topic_comes_back_with_a_changed_table_only()
    {
        Register(version: new(1, 1), topics: Topic("T"));

        Assert.True(_table.DeleteTopic("T"));
        Assert.False(_table.DeleteTopic("T"));
        Register(version: new(1, 1), topics: Topic("T"));
        Assert.Null(_table.FindRoute("T"));
        Register(version: new(1, 2), topics: Topic("T"));
        Assert.NotNull(_table.FindRoute("T"));
    }

    [Fact]
    public void Filter_servers_are_replaced_removed_or_left_alone()
    {
        Register(topics: Topic("T"), filterServers: ["f:1", "f:2"]);
        Assert.Equal(["f:1", "f:2"], Assert.Single(_table.FindRoute("T")!.FilterServers).Value);

        Register(filterServers: null);
        Assert.Single(_table.FindRoute("T")!.FilterServers);

        Register(filterServers: []);
        Assert.Empty(_table.FindRoute("T")!.FilterServers);
    }

    [Fact]
    public void Lists_show_topics_by_cluster_system_and_unit_flag()
    {
        Register(topics: [Topic("U", flag: 1), Topic("S", flag: 2), Topic("US", flag: 3), Topic("N")]);
        Register(cluster: "d", name: "b", address: "b:1", topics: Topic("D", broker: "b"));

        Assert.Equal(["D", "N", "S", "U", "US"], _table.AllTopics().Order(StringComparer.Ordinal));
        Assert.Equal(["D"], _table.TopicsOfCluster("d"));
        Assert.Empty(_table.TopicsOfCluster("nowhere"));
        Assert.Equal(["U", "US"], _table.UnitTopics().Order(StringComparer.Ordinal));
        Assert.Equal(["S", "US"], _table.UnitSubscribedTopics().Order(StringComparer.Ordinal));
        Assert.Equal(["S"], _table.UnitSubscribedTopicsOfNoUnit());
        var (names, address) = _table.SystemTopics();
        Assert.Equal(["a", "b", "c", "d"], names.Order(StringComparer.Ordinal));
        Assert.Contains(address, new[] { "master:1", "b:1" });
    }

    [Fact]
    public async Task A_storm_of_registrations_and_removals_leaves_no_half_entries()
    {
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < 200; round++)
            {
                var connection = new object();
                var name = $"broker-{worker}";
                Register(name: name, address: $"{worker}:1", version: new(round, worker), topics: Topic("T", broker: name), connection: connection);
                Assert.Contains(_table.FindRoute("T")!.Brokers, group => group.Name == name);
                _ = round % 2 == 0 ? _table.RemoveConnection(connection).Count : _table.AllTopics().Count;
            }
        }));
        await Task.WhenAll(workers);

        var route = _table.FindRoute("T")!;
        Assert.Equal(route.Queues.Select(queues => queues.BrokerName).Order(), route.Brokers.Select(group => group.Name).Order());
        Assert.Equal(_table.LiveBrokerCount, _table.ClusterInfo().Groups.Count);
    }

    private static KeyValuePair<string, TopicQueues> Topic(
        string name, int read = 4, int write = 4, int permission = 6, int flag = 0, string broker = "a") =>
        new(name, new TopicQueues(broker, read, write, permission, flag));

    private MasterInfo Register(
        string cluster = "c",
        string name = "a",
        long id = 0,
        string address = "master:1",
        string haServer = "ha:1",
        TableVersion? version = null,
        object? connection = null,
        IReadOnlyList<string>? filterServers = null,
        long epoch = 0,
        params KeyValuePair<string, TopicQueues>[] topics) =>
        _table.Register(
            new BrokerRegistration
            {
                Cluster = cluster,
                BrokerName = name,
                BrokerId = id,
                Address = address,
                HaServerAddress = haServer,
                Version = version,
                Topics = topics,
                FilterServers = filterServers,
                Epoch = epoch,
                Connection = connection ?? this,
            },
            out _);
}
