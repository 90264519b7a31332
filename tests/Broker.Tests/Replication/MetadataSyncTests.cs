using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Tests.Registration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>A slave and its master, brought together by a name server as they are in a cluster.</summary>
public sealed class MetadataSyncTests
{
    [Fact]
    public async Task A_slave_takes_over_topics_groups_offsets_and_delay_offsets_of_its_master()
    {
        await using var master = await TestBroker.StartAsync();
        await CreateTopicAsync(master, "orders", 7);
        await master.AskAsync(RequestCode.UpdateAndCreateSubscriptiongroup, body: BodyJson.Serialize(new SubscriptionGroupConfig { GroupName = "g", RetryMaxTimes = 3 }));
        master.Context.Offsets.TryCommit("g", "orders", 2, 42);
        await using var server = await NameServerOfAsync(master);
        await using var slave = await StartSlaveAsync(server);

        await TestBroker.EventuallyAsync(
            () => slave.Context.Topics.Find("orders")?.ReadQueueNums == 7
                && slave.Context.Groups.Find("g")?.RetryMaxTimes == 3
                && slave.Context.Offsets.Find("g", "orders", 2) == 42,
            "the slave has what its master has");
        Assert.Equal(master.Context.Topics.Version, slave.Context.Topics.Version);
        await TestBroker.EventuallyAsync(
            () => File.Exists(slave.Context.Topics.FilePath) && File.ReadAllText(slave.Context.Topics.FilePath).Contains("orders", StringComparison.Ordinal),
            "the topics are on the slave's disk");
    }

    [Fact]
    public async Task Later_changes_follow_and_what_the_master_has_no_longer_goes()
    {
        await using var master = await TestBroker.StartAsync();
        await CreateTopicAsync(master, "gone", 4);
        await using var server = await NameServerOfAsync(master);
        await using var slave = await StartSlaveAsync(server);
        await TestBroker.EventuallyAsync(() => slave.Context.Topics.Find("gone") is not null, "the first round");

        await master.AskAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "gone" });
        await CreateTopicAsync(master, "new", 4);
        master.Context.Offsets.TryCommit("g", "new", 0, 5);

        await TestBroker.EventuallyAsync(
            () => slave.Context.Topics.Find("gone") is null && slave.Context.Topics.Find("new") is not null
                && slave.Context.Offsets.Find("g", "new", 0) == 5,
            "a later round");
    }

    [Fact]
    public async Task Delay_offsets_are_kept_for_the_day_the_slave_becomes_master()
    {
        await using var slave = await TestBroker.StartAsync(BecomeSlave);

        slave.Context.Store.FollowDelayOffsets(new Dictionary<int, long> { [1] = 3, [18] = 9, [99] = 1, [2] = -4 });

        var offsets = slave.Context.Store.DelayOffsets();
        Assert.Equal((3L, 0L, 9L), (offsets[0], offsets[1], offsets[17]));
        var text = await File.ReadAllTextAsync(Path.Combine(slave.StorePath, "config", "delayOffset.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"1\":3", text);
    }

    [Fact]
    public async Task A_master_keeps_its_own_delay_offsets()
    {
        await using var master = await TestBroker.StartAsync();

        master.Context.Store.FollowDelayOffsets(new Dictionary<int, long> { [1] = 3 });

        Assert.Equal(0, master.Context.Store.DelayOffsets()[0]);
    }

    [Fact]
    public async Task A_master_that_is_away_or_answers_nonsense_costs_the_slave_nothing()
    {
        await using var server = await FakeNameServer.StartAsync((_, _) => Task.FromResult<RemotingCommand?>(
            RemotingCommand.Response(ResponseCode.Success, header: new RegisterBrokerResponseHeader { MasterAddr = "127.0.0.1:1", HaServerAddr = "127.0.0.1:2" })));
        await using var slave = await StartSlaveAsync(server);

        Assert.Equal(ResponseCode.Success, (await slave.AskAsync(RequestCode.GetAllTopicConfig)).ResponseCode);
        Assert.NotNull(slave.Context.Topics.Find("TBW102"));
    }

    [Fact]
    public async Task An_offset_table_with_null_entries_is_skipped_and_the_next_steps_still_run()
    {
        await using var master = await TestBroker.StartAsync();
        await using var server = await NameServerOfAsync(master);
        master.Context.Offsets.TryCommit("g", "a@b", 0, 1); // reads back as another pair of topic and group: kept, not refused
        await master.AskAsync(RequestCode.UpdateAndCreateSubscriptiongroup, body: BodyJson.Serialize(new SubscriptionGroupConfig { GroupName = "later" }));
        await using var slave = await StartSlaveAsync(server);

        await TestBroker.EventuallyAsync(() => slave.Context.Groups.Find("later") is not null, "the last step ran");
    }

    private static Task<RemotingCommand> CreateTopicAsync(TestBroker broker, string topic, int queues) => broker.AskAsync(
        RequestCode.UpdateAndCreateTopic,
        new UpdateAndCreateTopicRequestHeader
        {
            Topic = topic, DefaultTopic = "TBW102", ReadQueueNums = queues, WriteQueueNums = queues, Perm = 6, TopicFilterType = "SINGLE_TAG",
        });

    private static Task<FakeNameServer> NameServerOfAsync(TestBroker master) => FakeNameServer.StartAsync((_, _) =>
        Task.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success,
            header: new RegisterBrokerResponseHeader { MasterAddr = master.Address, HaServerAddr = master.Context.Identity.HaAddress })));

    private static Task<TestBroker> StartSlaveAsync(FakeNameServer server) => TestBroker.StartAsync(options =>
    {
        BecomeSlave(options);
        options.NamesrvAddr = server.Address;
        options.SlaveSyncInterval = 100;
    });

    private static void BecomeSlave(BrokerOptions options)
    {
        options.BrokerId = 1;
        options.Store.BrokerRole = BrokerRole.Slave;
    }
}
