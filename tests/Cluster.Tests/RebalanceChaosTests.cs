using System.Globalization;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

/// <summary>
/// Members of a concurrent and of an ordered group join and leave at random while messages come: 20 s in the suite, as many seconds as
/// ROCKETEER_REBALANCE_SECONDS says by hand.
/// </summary>
public sealed class RebalanceChaosTests(ITestOutputHelper output)
{
    private const int Keys = 16;
    private const int Queues = 8;
    private const int MostMembers = 4;

    [Fact]
    public async Task Members_that_join_and_leave_at_random_lose_nothing_and_keep_the_order()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("ROCKETEER_REBALANCE_SECONDS"), CultureInfo.InvariantCulture, out var set) ? set : 20;
        var seed = Environment.TickCount;
        output.WriteLine($"{seconds} s, seed {seed}");
        await using var cluster = await InProcessCluster.StartAsync();
        await using var client = cluster.CreateClient();
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "sequences", Queues);
        var groups = new[] { new Group(cluster, "concurrent", ordered: false), new Group(cluster, "ordered", ordered: true) };
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var random = new Random(seed);
        foreach (var group in groups)
        {
            await group.JoinAsync();
        }

        var sending = Task.WhenAll(Enumerable.Range(0, Keys).Select(key => SendAsync(client, $"k{key}", groups, time.Token)));
        while (!time.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), TimeProvider.System, CancellationToken.None);
            var group = groups[random.Next(groups.Length)];
            await (group.Count < MostMembers && (group.Count == 0 || random.Next(2) == 0) ? group.JoinAsync() : group.LeaveAsync(random.Next(group.Count)));
        }

        await sending;
        foreach (var group in groups)
        {
            await group.JoinAsync();
            var checker = group.Checker;
            await Eventually.HoldsAsync(() => checker.Delivered >= checker.Sent, () => $"{group.Name}: missing {string.Join(' ', checker.Missing.Take(20))}, seed {seed}");
            output.WriteLine(
                $"{group.Name}: {checker.Sent} sent, {checker.Delivered} delivered, {checker.Repeated} again; {group.Joined} joined, {group.Left} left");
            await group.DisposeAsync();
            Assert.Empty(checker.Missing);
            Assert.True(checker.Faults.Count == 0, $"{string.Join("; ", checker.Faults.Take(5))} (of {checker.Faults.Count}, seed {seed})");
        }
    }

    private static async Task SendAsync(RocketeerClient client, string key, Group[] groups, CancellationToken stop)
    {
        await using var producer = client.CreateProducer($"sender-{key}");
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            await producer.SendAsync(ClusterFixture.Text("sequences", $"{key}/{number}"), key, CancellationToken.None);
            foreach (var group in groups)
            {
                group.Checker.Acknowledged(key, number);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>A consumer group whose members are clients of their own.</summary>
    private sealed class Group(InProcessCluster cluster, string name, bool ordered) : IAsyncDisposable
    {
        private readonly List<(RocketeerClient Client, PushConsumer Consumer)> _members = [];

        public string Name => name;

        public DeliveryChecker Checker { get; } = new(ordered);

        public int Count => _members.Count;

        public int Joined { get; private set; }

        public int Left { get; private set; }

        public async Task JoinAsync()
        {
            var client = cluster.CreateClient();
            var consumer = client.CreatePushConsumer(name, options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
            consumer.Subscribe("sequences");
            await (ordered ? consumer.StartOrderlyAsync(HandleInOrderAsync) : consumer.StartAsync(HandleAsync));
            _members.Add((client, consumer));
            Joined++;
        }

        public async Task LeaveAsync(int index)
        {
            var (client, _) = _members[index];
            _members.RemoveAt(index);
            Left++;
            await client.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            while (_members.Count > 0)
            {
                await LeaveAsync(0);
            }
        }

        private async ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken)
        {
            await CheckAsync(message);
            return ConsumeResult.Success;
        }

        private async ValueTask<OrderedResult> HandleInOrderAsync(MessageExt message, CancellationToken cancellationToken)
        {
            await CheckAsync(message);
            return OrderedResult.Success;
        }

        private async ValueTask CheckAsync(MessageExt message)
        {
            var parts = Inbox.TextOf(message).Split('/');
            Checker.Begin(message.QueueId, parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
            await Task.Yield();
            Checker.End(message.QueueId);
        }
    }
}
