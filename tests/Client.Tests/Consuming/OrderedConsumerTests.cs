using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class OrderedConsumerTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly CancellationToken Token = CancellationToken.None;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));

    [Fact]
    public async Task The_messages_of_a_queue_come_in_order_and_one_at_a_time_while_queues_are_worked_on_side_by_side()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 4, 100);
        var seen = new ConcurrentDictionary<int, List<long>>();
        var inQueue = new int[4];
        var (running, most, overlaps) = (0, 0, 0);
        await using (var consumer = Consumer(cluster))
        {
            await consumer.StartOrderlyAsync(async (message, _) =>
            {
                overlaps += Interlocked.Increment(ref inQueue[message.QueueId]) == 1 ? 0 : 1;
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                seen.GetOrAdd(message.QueueId, _ => []).Add(message.QueueOffset);
                Interlocked.Decrement(ref running);
                Interlocked.Decrement(ref inQueue[message.QueueId]);
                return OrderedResult.Success;
            }, Token);
            await Eventually.HoldsAsync(() => seen.Values.Sum(offsets => offsets.Count) == 400, "400 messages");
        }

        Assert.Equal(0, overlaps);
        Assert.All(seen.Values, offsets => Assert.Equal(Enumerable.Range(0, 100).Select(offset => (long)offset), offsets));
        Assert.All(cluster.QueuesOf("orders"), queue => Assert.Equal(100, cluster.Offsets[("g", queue)]));
    }

    [Fact]
    public async Task A_batch_in_order_ends_at_its_size()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 10);
        var batches = new ConcurrentQueue<long[]>();
        await using var consumer = Consumer(cluster, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, BatchSize = 4 });
        await consumer.StartOrderlyBatchesAsync((messages, _) =>
        {
            batches.Enqueue([.. messages.Select(message => message.QueueOffset)]);
            return new(OrderedResult.Success);
        }, Token);

        await Eventually.HoldsAsync(() => batches.Sum(batch => batch.Length) == 10, "ten messages");

        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], batches);
    }

    [Fact]
    public async Task A_message_that_fails_or_throws_comes_again_after_the_pause_and_nothing_overtakes_it()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 3);
        var calls = new ConcurrentQueue<(long Offset, int Times)>();
        await using var consumer = Consumer(cluster);
        await consumer.StartOrderlyAsync((message, _) =>
        {
            calls.Enqueue((message.QueueOffset, message.ReconsumeTimes));
            return calls.Count switch
            {
                1 => new(OrderedResult.Suspend),
                2 => throw new InvalidOperationException("boom"),
                _ => new(OrderedResult.Success),
            };
        }, Token);
        await Eventually.HoldsAsync(() => calls.Count == 1, "the first call");

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Single(calls);
        await AdvanceUntilAsync(() => calls.Count == 5, TimeSpan.FromMilliseconds(100));

        Assert.Equal([(0L, 0), (0L, 1), (0L, 2), (1L, 0), (2L, 0)], calls);
    }

    [Fact]
    public async Task A_message_that_failed_too_often_becomes_a_dead_letter_and_the_queue_goes_on()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 2);
        var calls = new ConcurrentQueue<long>();
        await using (var consumer = Consumer(cluster, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, MaxReconsumeTimes = 2 }))
        {
            await consumer.StartOrderlyAsync((message, _) =>
            {
                calls.Enqueue(message.QueueOffset);
                return new(message.QueueOffset == 0 ? OrderedResult.SuspendFor(TimeSpan.FromMilliseconds(10)) : OrderedResult.Success);
            }, Token);
            await AdvanceUntilAsync(() => calls.Count == 4, TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal([0L, 0L, 0L, 1L], calls);
        var dead = Assert.Single(cluster.Sent);
        Assert.Equal("%RETRY%g", dead.Topic);
        Assert.Equal("2", dead.SystemProperties![PropertyNames.ReconsumeTime]);
        Assert.Equal("2", dead.SystemProperties[PropertyNames.MaxReconsumeTimes]);
        Assert.Equal("5", dead.SystemProperties[PropertyNames.DelayLevel]);
        Assert.Equal(2, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_dead_letter_that_cannot_be_sent_holds_its_queue()
    {
        var cluster = new MemoryCluster { Clock = _clock, SendFails = true }.WithTopic("orders", 1, 2);
        var calls = new ConcurrentQueue<long>();
        await using var consumer = Consumer(cluster, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, MaxReconsumeTimes = 0 });
        await consumer.StartOrderlyAsync((message, _) =>
        {
            calls.Enqueue(message.QueueOffset);
            return new(message.QueueOffset == 0 ? OrderedResult.Suspend : OrderedResult.Success);
        }, Token);

        await AdvanceUntilAsync(() => calls.Count == 3, TimeSpan.FromMilliseconds(200));
        Assert.DoesNotContain(1L, calls);
        cluster.SendFails = false;

        await AdvanceUntilAsync(() => calls.Contains(1L), TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task What_is_done_but_not_committed_comes_again_after_a_rollback_and_is_committed_by_the_next_success()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 3);
        var calls = new ConcurrentQueue<long>();
        await using (var consumer = Consumer(cluster))
        {
            await consumer.StartOrderlyAsync((message, _) =>
            {
                calls.Enqueue(message.QueueOffset);
                return new(calls.Count switch
                {
                    3 => OrderedResult.Rollback,
                    5 => OrderedResult.Success,
                    _ => OrderedResult.SuccessWithoutCommit,
                });
            }, Token);
            await AdvanceUntilAsync(() => calls.Count == 6, TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal([0L, 1L, 2L, 0L, 1L, 2L], calls);
        Assert.Equal(2, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_queue_that_another_client_has_locked_is_neither_pulled_nor_handled_until_it_is_free()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        cluster.Locks[Queue] = "other";
        var seen = 0;
        await using var consumer = Consumer(cluster);
        await consumer.StartOrderlyAsync((_, _) => new(Count(ref seen)), Token);
        await AdvanceUntilAsync(() => _clock.GetUtcNow().ToUnixTimeMilliseconds() > 1_800_000_060_000, TimeSpan.FromSeconds(5));
        Assert.Empty(cluster.Pulls);

        cluster.Locks.Clear();
        await AdvanceUntilAsync(() => Volatile.Read(ref seen) == 1, TimeSpan.FromSeconds(5));

        Assert.Equal("c0", cluster.Locks[Queue]);
    }

    [Fact]
    public async Task A_lock_that_is_lost_costs_the_window_and_its_offset_stays_the_new_owners()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 2);
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var consumer = Consumer(cluster);
        await consumer.StartOrderlyAsync(async (message, _) =>
        {
            started.TrySetResult();
            await finish.Task;
            return OrderedResult.Success;
        }, Token);
        await started.Task.WaitAsync(Patience, Token);

        cluster.Locks[Queue] = "other";
        cluster.Offsets[("g", Queue)] = 2;
        var pulls = cluster.Pulls.Count;
        await AdvanceUntilAsync(() => !MayPullAgain(), TimeSpan.FromSeconds(5));
        finish.SetResult();
        await AdvanceUntilAsync(() => consumer.Queues.Count == 0, TimeSpan.FromSeconds(5));

        Assert.Equal(2, cluster.Offsets[("g", Queue)]);
        cluster.Locks.Clear();
        await AdvanceUntilAsync(() => cluster.Pulls.Skip(pulls).Any(pull => pull.Offset == 2), TimeSpan.FromSeconds(5));

        bool MayPullAgain() => Info(consumer).MqTable.Values.All(queue => !queue.Droped);
    }

    [Fact]
    public async Task Without_an_answer_to_its_renewals_a_lock_counts_for_thirty_seconds()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        var seen = 0;
        await using var consumer = Consumer(cluster);
        await consumer.StartOrderlyAsync((_, _) => new(Count(ref seen)), Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 1, "the first message");
        Assert.True(Info(consumer).MqTable[Queue].Locked);

        cluster.LocksFail = true;
        for (var second = 0; second <= 31; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(Info(consumer).MqTable[Queue].Locked);
        cluster.Add(Queue);
        await AdvanceUntilAsync(() => _clock.GetUtcNow().ToUnixTimeMilliseconds() > 1_800_000_090_000, TimeSpan.FromSeconds(5));
        Assert.Equal(1, seen);

        cluster.LocksFail = false;
        await AdvanceUntilAsync(() => Volatile.Read(ref seen) == 2, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_queue_changes_hands_only_when_its_handler_is_done_and_what_it_did_is_not_done_again()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 2, 2);
        var second = new MessageQueue("orders", "broker-a", 1);
        var calls = new ConcurrentQueue<(string Who, int Queue, long Offset)>();
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var first = Consumer(cluster, id: "c0");
        await first.StartOrderlyAsync(async (message, _) =>
        {
            calls.Enqueue(("c0", message.QueueId, message.QueueOffset));
            if (message.QueueId == 1)
            {
                started.TrySetResult();
                await finish.Task;
            }

            return OrderedResult.Success;
        }, Token);
        await started.Task.WaitAsync(Patience, Token);

        await using var other = Consumer(cluster, id: "c1");
        await other.StartOrderlyAsync((message, _) =>
        {
            calls.Enqueue(("c1", message.QueueId, message.QueueOffset));
            return new(OrderedResult.Success);
        }, Token);
        await first.HandleAsync(RemotingCommand.Request(RequestCode.NotifyConsumerIdsChanged), Token);
        await AdvanceUntilAsync(() => _clock.GetUtcNow().ToUnixTimeMilliseconds() > 1_800_000_025_000, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(calls, call => call.Who == "c1");
        Assert.Equal("c0", cluster.Locks[second]);

        finish.SetResult();
        await AdvanceUntilAsync(() => calls.Any(call => call.Who == "c1"), TimeSpan.FromSeconds(1));

        Assert.Equal([("c0", 1, 0L), ("c1", 1, 1L)], calls.Where(call => call.Queue == 1));
    }

    [Fact]
    public async Task In_broadcasting_every_member_gets_every_message_in_order_and_locks_nothing()
    {
        using var directory = new Rocketeer.TestKit.TempDirectory();
        var cluster = new MemoryCluster().WithTopic("orders", 2, 20);
        var seen = new ConcurrentDictionary<(string, int), List<long>>();
        var consumers = new List<PushConsumer>();
        foreach (var id in new[] { "c0", "c1" })
        {
            consumers.Add(Consumer(cluster, new PushConsumerOptions
            {
                Model = MessageModel.Broadcasting, ConsumeFrom = ConsumeFrom.FirstOffset, OffsetDirectory = directory.Path, OffsetOwner = id,
            }, id));
            await consumers[^1].StartOrderlyAsync((message, _) =>
            {
                seen.GetOrAdd((id, message.QueueId), _ => []).Add(message.QueueOffset);
                return new(OrderedResult.Success);
            }, Token);
        }

        await Eventually.HoldsAsync(() => seen.Values.Sum(offsets => offsets.Count) == 80, "each message twice");

        Assert.All(seen.Values, offsets => Assert.Equal(Enumerable.Range(0, 20).Select(offset => (long)offset), offsets));
        Assert.Empty(cluster.Locks);
        foreach (var consumer in consumers)
        {
            await consumer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Disposal_finishes_what_runs_stores_the_offset_and_then_unlocks()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 3, 1);
        var seen = 0;
        var consumer = Consumer(cluster);
        await consumer.StartOrderlyAsync((_, _) => new(Count(ref seen)), Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 3, "three messages");

        await consumer.DisposeAsync();

        Assert.Empty(cluster.Locks);
        Assert.Equal(3, cluster.Unlocks.Count);
        Assert.All(cluster.QueuesOf("orders"), queue => Assert.Equal(1, cluster.Offsets[("g", queue)]));
    }

    [Fact]
    public async Task A_handler_in_order_that_takes_too_long_has_its_token_fired_and_gets_the_message_again()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        var calls = 0;
        await using var consumer = Consumer(
            cluster, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, ConsumeTimeout = TimeSpan.FromSeconds(10) });
        await consumer.StartOrderlyAsync(async (_, token) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
            }

            return OrderedResult.Success;
        }, Token);

        await AdvanceUntilAsync(() => Volatile.Read(ref calls) == 2, TimeSpan.FromSeconds(1));

        Assert.Empty(cluster.SentBack);
    }

    [Fact]
    public async Task Running_info_tells_of_locks_and_of_what_is_taken()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 3);
        var seen = 0;
        await using var consumer = Consumer(cluster);
        await consumer.StartOrderlyAsync((_, _) =>
        {
            Interlocked.Increment(ref seen);
            return new(OrderedResult.SuccessWithoutCommit);
        }, Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 3, "three messages");

        var info = Info(consumer);

        var queue = info.MqTable[Queue];
        Assert.True(queue.Locked && queue.LastLockTimestamp > 0);
        Assert.Equal((3, 0L, 2L), (queue.TransactionMsgCount, queue.TransactionMsgMinOffset, queue.TransactionMsgMaxOffset));
        Assert.Equal((0, 0L, 0L), (queue.CachedMsgCount, queue.CachedMsgMinOffset, queue.CachedMsgMaxOffset));
        Assert.Equal("true", info.Properties["PROP_CONSUMEORDERLY"]);
    }

    private static Rocketeer.Protocol.Bodies.ConsumerRunningInfo Info(PushConsumer consumer) =>
        Requests.RunningInfo(request => consumer.HandleAsync(request, Token));

    private static OrderedResult Count(ref int seen)
    {
        Interlocked.Increment(ref seen);
        return OrderedResult.Success;
    }

    private static PushConsumer Consumer(MemoryCluster cluster, PushConsumerOptions? options = null, string id = "c0")
    {
        var consumer = new PushConsumer("g", options ?? new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client(id));
        consumer.Subscribe("orders");
        return consumer;
    }

    private Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step) => Eventually.HoldsAsync(
        () =>
        {
            if (!condition())
            {
                _clock.Advance(step);
            }

            return condition();
        },
        "what time should bring");
}
