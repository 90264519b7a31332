using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Groups;
using Rocketeer.Operator.Tests.Members;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Operator.Tests.Groups;

/// <summary>Consumer groups from the API to the brokers, and their offsets.</summary>
public sealed class ConsumerGroupTests : IAsyncLifetime
{
    private readonly FakeCluster _brokers = new("demo-0", "demo-1");
    private OperatorBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OperatorBench.StartAsync(_brokers);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_group_that_is_applied_is_true_on_every_master_and_stays_so()
    {
        await CreateAsync(spec => spec.MaxRetries = 3);
        var group = await GroupAsync("Ready", "Synced");

        Assert.Equal("2/2", group.Status.GroupsSynced);
        Assert.Equal(3, _brokers.Brokers["demo-1"].Groups["billing"].RetryMaxTimes);

        _brokers.Change("demo-1", broker => broker.Groups["billing"] = new SubscriptionGroupConfig { GroupName = "billing", ConsumeEnable = false });
        await _bench.UntilAsync(() => _brokers.Brokers["demo-1"].Groups["billing"].ConsumeEnable, "the change stays");
    }

    [Fact]
    public async Task Members_and_lag_are_told_in_round_numbers()
    {
        Fill(stored: 12_345, committed: 0);
        Join("*");
        await CreateAsync(spec => spec.Lag.ThresholdMessages = 1000);

        var group = await GroupAsync("LagHigh", "AboveThreshold");

        Assert.Equal(1, group.Status.Clients);
        Assert.Equal(12_000, group.Status.Lag!.Total);
        Assert.Equal("CLUSTERING", group.Status.MessageModel);
        Assert.Equal("HasClients", group.Status.Conditions!.First(condition => condition.Type == "Online").Reason);
    }

    [Fact]
    public async Task Offsets_of_a_group_that_is_offline_are_moved_once_and_can_be_undone()
    {
        Fill(stored: 100, committed: 40);
        await CreateAsync(spec => spec.OffsetReset = new OffsetResetSpec { RequestId = "r1", Topic = "orders", To = OffsetTarget.Latest });

        var group = await GroupAsync("OffsetReset", "Done");
        Assert.Equal(40, Assert.Single(group.Status.OffsetReset!.Before!).Offset);
        Assert.Equal(100, Assert.Single(group.Status.OffsetReset!.After!).Offset);

        Fill(stored: 100, committed: 50); // somebody moves on from elsewhere: no reason to do it again
        for (var minute = 0; minute < 10; minute++)
        {
            await _bench.PassTimeAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Single(_brokers.Writes, write => write.Contains("offset billing"));
    }

    [Fact]
    public async Task A_dry_run_moves_nothing()
    {
        Fill(stored: 100, committed: 40);
        await CreateAsync(spec => spec.OffsetReset = new OffsetResetSpec { RequestId = "r1", Topic = "orders", To = OffsetTarget.Earliest, DryRun = true });

        var group = await GroupAsync("OffsetReset", "DryRun");

        Assert.Equal(0, Assert.Single(group.Status.OffsetReset!.After!).Offset);
        Assert.DoesNotContain(_brokers.Writes, write => write.Contains("offset"));
    }

    [Theory]
    [InlineData("Notify", "Done", 1)]
    [InlineData("Refuse", "Refused", 0)]
    public async Task Members_that_are_online_are_told_or_left_alone(string whenOnline, string reason, int told)
    {
        Fill(stored: 100, committed: 40);
        Join("*");
        await CreateAsync(spec => spec.OffsetReset = new OffsetResetSpec
        {
            RequestId = "r1", Topic = "orders", To = OffsetTarget.Latest, WhenOnline = Enum.Parse<WhenOnline>(whenOnline),
        });

        await GroupAsync("OffsetReset", reason);

        Assert.Equal(told, _brokers.Writes.Count(write => write == "demo-0: notify billing orders -1"));
        Assert.DoesNotContain(_brokers.Writes, write => write.Contains("offset billing"));
    }

    [Theory]
    [InlineData(40, "Done", 1)]
    [InlineData(100, "Done", 0)]
    [InlineData(55, "Failed", 0)]
    public async Task A_reset_that_an_operator_left_half_done_is_finished_only_where_nobody_has_moved_since(long committed, string reason, int moves)
    {
        Fill(stored: 100, committed: committed);
        await CreateAsync(null);
        await GroupAsync("Ready", "Synced");
        var begun = new OffsetResetStatus
        {
            RequestId = "r1",
            State = "Running",
            Before = [new QueueOffset { Broker = "demo-0", Queue = 0, Offset = 40 }],
            After = [new QueueOffset { Broker = "demo-0", Queue = 0, Offset = 100 }],
        };
        await PatchAsync("status", new JsonObject { ["offsetReset"] = JsonNode.Parse(KubernetesJson.Serialize(begun)) });

        await PatchAsync("spec", new JsonObject { ["offsetReset"] = new JsonObject { ["requestId"] = "r1", ["topic"] = "orders", ["to"] = "Latest" } });

        await GroupAsync("OffsetReset", reason);
        Assert.Equal(moves, _brokers.Writes.Count(write => write == "demo-0: offset billing orders/0=100"));
    }

    [Fact]
    public async Task DeleteIfIdle_waits_for_the_last_member()
    {
        Join("*");
        await CreateAsync(spec => spec.DeletionTimeoutSeconds = 0);
        await GroupAsync("Ready", "Synced");
        await _bench.DeleteAsync<ConsumerGroup>("billing");
        for (var second = 0; second < 30; second++)
        {
            await _bench.PassTimeAsync(TimeSpan.FromSeconds(1));
        }

        Assert.True(_brokers.Brokers["demo-0"].Groups.ContainsKey("billing"));
        _brokers.Change("demo-0", broker => broker.Members.Clear());
        await _bench.GoneAsync<ConsumerGroup>("billing");
        Assert.Empty(_brokers.Brokers["demo-0"].Groups);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 99)]
    [InlineData(1_234, 1_200)]
    public void Lag_has_two_digits(long exact, long shown) => Assert.Equal(shown, GroupFigures.Round(exact));

    private Task CreateAsync(Action<ConsumerGroupSpec>? change)
    {
        var group = new ConsumerGroup { Metadata = new V1ObjectMeta { Name = "billing", NamespaceProperty = "mq" } };
        group.Spec.ClusterRef = new ClusterReference { Name = "demo" };
        change?.Invoke(group.Spec);
        return _bench.Api.CreateAsync(group, CancellationToken.None);
    }

    private Task<ConsumerGroup> GroupAsync(string type, string reason) => _bench.UntilAsync(
        async () => await _bench.FindAsync<ConsumerGroup>("billing") is { } group && group.Status.Conditions?.Any(condition => condition.Type == type && condition.Reason == reason) == true
            ? group
            : null,
        async () => $"no {type}={reason}, but {KubernetesJson.Serialize((await _bench.FindAsync<ConsumerGroup>("billing"))?.Status)}");

    private Task PatchAsync(string part, JsonObject change) => _bench.Api.PatchAsync<ConsumerGroup>(
        "mq", "billing", new JsonObject { [part] = change }, part == "status" ? part : null, CancellationToken.None);

    private void Fill(long stored, long committed) => _brokers.Change("demo-0", broker =>
    {
        broker.Topics["orders"] = new TopicConfig { TopicName = "orders" };
        broker.Offsets["orders"] = new Dictionary<int, TopicOffset> { [0] = new() { MaxOffset = stored } };
        broker.Committed[("billing", "orders", 0)] = committed;
    });

    private void Join(string expression) => _brokers.Change("demo-0", broker => broker.Members["billing"] = new ConsumerConnection
    {
        ConnectionSet = [new Connection { ClientId = "one" }],
        SubscriptionTable = { ["orders"] = new SubscriptionData { Topic = "orders", SubString = expression } },
    });
}
