using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

/// <summary>Clocks that jump, handlers that block, pauses, and disposal while all of it goes on.</summary>
public sealed class PushConsumerTroubleTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 0);
    private static readonly CancellationToken Token = CancellationToken.None;

    [Fact]
    public async Task A_wall_clock_that_jumps_makes_no_message_overdue_and_costs_no_lock()
    {
        var clock = new JumpingClock();
        var cluster = new MemoryCluster { Clock = clock }.WithTopic("orders", 1, 1);
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var ordered = new PushConsumer("g", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client("c0"));
        ordered.Subscribe("orders");
        await ordered.StartOrderlyAsync(async (_, _) =>
        {
            started.SetResult();
            await finish.Task;
            return OrderedResult.Success;
        }, Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        clock.Jump = TimeSpan.FromDays(1);
        for (var minute = 0; minute < 3; minute++)
        {
            var before = LockedAt();
            clock.Inner.Advance(TimeSpan.FromSeconds(20));
            await Eventually.HoldsAsync(() => LockedAt() > before, "the lock is renewed");
        }

        long LockedAt() => Requests.RunningInfo(request => ordered.HandleAsync(request, Token)).MqTable[Queue].LastLockTimestamp;

        Assert.Single(ordered.Queues);
        finish.SetResult();
        await ordered.DisposeAsync();
        Assert.Empty(cluster.SentBack);
        Assert.Equal(1, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task Concurrent_messages_in_work_are_not_given_back_when_the_wall_clock_jumps()
    {
        var clock = new JumpingClock();
        var cluster = new MemoryCluster { Clock = clock }.WithTopic("orders", 1, 1);
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync(async (_, _) =>
        {
            started.TrySetResult();
            await finish.Task;
            return ConsumeResult.Success;
        }, Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        clock.Jump = TimeSpan.FromDays(1);
        clock.Inner.Advance(TimeSpan.FromSeconds(40));
        clock.Jump = TimeSpan.FromDays(-2);
        clock.Inner.Advance(TimeSpan.FromSeconds(40));
        finish.SetResult();

        await Eventually.HoldsAsync(
            () =>
            {
                clock.Inner.Advance(TimeSpan.FromSeconds(5));
                return cluster.Offsets.GetValueOrDefault(("g", Queue)) == 1;
            },
            "the offset");
        Assert.Empty(cluster.SentBack);
    }

    [Fact]
    public async Task Handlers_that_block_their_threads_keep_neither_other_consumers_nor_disposal_from_going_on()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 40).WithTopic("others", 1, 5);
        using var release = new ManualResetEventSlim();
        var consumer = new PushConsumer(
            "g",
            new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, ConsumeThreads = 3, StopGrace = TimeSpan.FromMilliseconds(50) },
            cluster.Client("c0"));
        consumer.Subscribe("orders");
        var blocked = 0;
        await consumer.StartAsync((_, _) =>
        {
            Interlocked.Increment(ref blocked);
            release.Wait(Token);
            return new(ConsumeResult.Success);
        }, Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref blocked) == 3, "every worker is blocked");
        var seen = 0;
        await using var other = new PushConsumer("other", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client("c1"));
        other.Subscribe("others");
        cluster.Members.Clear();

        await other.StartAsync((_, _) =>
        {
            Interlocked.Increment(ref seen);
            return new(ConsumeResult.Success);
        }, Token);

        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 5, "the other consumer's messages");
        await consumer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
        release.Set();
    }

    [Fact]
    public async Task A_paused_queue_is_not_pulled_while_others_are_and_goes_on_when_resumed()
    {
        var clock = new FakeTimeProvider();
        var cluster = new MemoryCluster { Clock = clock }.WithTopic("orders", 2);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<int>();
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((message, _) =>
        {
            seen.Enqueue(message.QueueId);
            return new(ConsumeResult.Success);
        }, Token);
        await Eventually.HoldsAsync(() => cluster.Pulls.Select(pull => pull.Queue).Distinct().Count() == 2, "both queues are pulled");

        consumer.Pause(Queue);
        cluster.Add(Queue);   // ends the long poll that is out; what it brings is not taken
        cluster.Add(Queue with { QueueId = 1 });
        await Eventually.HoldsAsync(() => !seen.IsEmpty, "the other queue's message");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([1], seen);

        consumer.Resume(Queue);
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(200));
                return seen.Count == 2;
            },
            "the paused queue's message");
        Assert.Equal([1, 0], seen);
    }

    [Fact]
    public async Task Disposal_in_the_middle_of_traffic_commits_nothing_that_was_not_handled()
    {
        for (var round = 0; round < 10; round++)
        {
            var cluster = new MemoryCluster().WithTopic("orders", 4, 200);
            var handled = new System.Collections.Concurrent.ConcurrentDictionary<(int, long), byte>();
            var consumer = Consumer(cluster);
            await consumer.StartAsync(async (message, _) =>
            {
                await Task.Yield();
                handled[(message.QueueId, message.QueueOffset)] = 0;
                return ConsumeResult.Success;
            }, Token);
            await Eventually.HoldsAsync(() => handled.Count > round * 20, "traffic");

            await consumer.DisposeAsync();

            foreach (var queue in cluster.QueuesOf("orders"))
            {
                var committed = cluster.Offsets.GetValueOrDefault(("g", queue));
                Assert.All(Enumerable.Range(0, (int)committed), offset => Assert.True(handled.ContainsKey((queue.QueueId, offset))));
            }

            Assert.Empty(cluster.Members);
        }
    }

    private static PushConsumer Consumer(MemoryCluster cluster)
    {
        var consumer = new PushConsumer("g", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client("c0"));
        consumer.Subscribe("orders");
        return consumer;
    }

    /// <summary>A clock whose wall time somebody sets, while its timers and time stamps go on evenly.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public FakeTimeProvider Inner { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));

        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Inner.GetUtcNow() + Jump;

        public override long GetTimestamp() => Inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Inner.CreateTimer(callback, state, dueTime, period);
    }
}
