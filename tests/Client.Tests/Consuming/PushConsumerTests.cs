using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using ConsumeResult = Rocketeer.Client.Consuming.ConsumeResult;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class PushConsumerTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 0);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));

    [Fact]
    public async Task Every_message_is_delivered_and_the_offsets_are_stored_on_disposal()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 4, 100);
        var seen = new ConcurrentDictionary<(int, long), int>();
        await using (var consumer = Consumer(cluster))
        {
            await consumer.StartAsync((message, _) => Count(seen, message), TestContext.Current.CancellationToken);
            await Eventually.HoldsAsync(() => seen.Count == 400, "400 messages");
        }

        Assert.All(seen.Values, times => Assert.Equal(1, times));
        Assert.All(cluster.QueuesOf("orders"), queue => Assert.Equal(100, cluster.Offsets[("g", queue)]));
        Assert.Empty(cluster.Members);
    }

    [Fact]
    public async Task Only_exact_tags_reach_the_handler_and_the_offset_passes_the_others()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        cluster.Add(Queue, "Aa");
        cluster.Add(Queue, "BB");   // the same hash as Aa
        cluster.Add(Queue);
        var seen = new ConcurrentBag<string?>();
        await using (var consumer = Consumer(cluster, filter: "Aa || C"))
        {
            await consumer.StartAsync((message, _) => { seen.Add(message.Tags); return new(ConsumeResult.Success); });
            cluster.Add(Queue, "C");
            await Eventually.HoldsAsync(() => seen.Count == 2, "two messages");
        }

        Assert.Equal(["Aa", "C"], seen.Order());
        Assert.Equal(4, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_message_that_fails_or_throws_is_given_back_and_the_offset_goes_on()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 3);
        await using (var consumer = Consumer(cluster))
        {
            await consumer.StartAsync((message, _) => message.QueueOffset switch
            {
                0 => new(ConsumeResult.RetryLater),
                1 => throw new InvalidOperationException("boom"),
                _ => new(ConsumeResult.Success),
            });
            await Eventually.HoldsAsync(() => cluster.SentBack.Count == 2, "two messages given back");
            await Eventually.HoldsAsync(() => consumer.Queues.Count == 1, "the queue is held");
        }

        Assert.Equal([0L, 1L], cluster.SentBack.Select(sent => sent.Message.QueueOffset).Order());
        Assert.All(cluster.SentBack, sent => Assert.Equal((0, 16), (sent.DelayLevel, sent.MaxReconsumeTimes)));
        Assert.Equal(3, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task What_cannot_be_given_back_is_sent_to_the_retry_topic()
    {
        var cluster = new MemoryCluster { SendBackFails = true }.WithTopic("orders", 1, 1);
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => new(ConsumeResult.RetryLater));
        await Eventually.HoldsAsync(() => !cluster.Sent.IsEmpty, "a message to the retry topic");

        Assert.True(cluster.Sent.TryPeek(out var sent));
        Assert.Equal("%RETRY%g", sent.Topic);
        Assert.Equal("orders", sent.SystemProperties![PropertyNames.RetryTopic]);
        Assert.Equal("1", sent.SystemProperties[PropertyNames.ReconsumeTime]);
        Assert.Equal("16", sent.SystemProperties[PropertyNames.MaxReconsumeTimes]);
        Assert.Equal("3", sent.SystemProperties[PropertyNames.DelayLevel]);
    }

    [Fact]
    public async Task What_can_be_sent_nowhere_is_handled_again_after_five_seconds_and_holds_the_offset()
    {
        var cluster = new MemoryCluster { SendBackFails = true, SendFails = true, Clock = _clock }.WithTopic("orders", 1, 2);
        var calls = 0;
        await using (var consumer = Consumer(cluster))
        {
            await consumer.StartAsync((message, _) => new(
                message.QueueOffset == 0 && Interlocked.Increment(ref calls) == 1 ? ConsumeResult.RetryLater : ConsumeResult.Success));
            await AdvanceUntilAsync(() => Volatile.Read(ref calls) == 2, TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_message_in_work_too_long_is_given_back_with_level_three_and_its_token_fires()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 2);
        var cancelled = new TaskCompletionSource();
        await using var consumer = Consumer(cluster, options: new PushConsumerOptions
        {
            ConsumeFrom = ConsumeFrom.FirstOffset, ConsumeTimeout = TimeSpan.FromSeconds(10), ConsumeThreads = 2,
        });
        var started = new TaskCompletionSource();
        await consumer.StartAsync(async (message, token) =>
        {
            if (message.QueueOffset == 0)
            {
                token.Register(() => cancelled.TrySetResult());
                started.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
            }

            return ConsumeResult.Success;
        });
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await AdvanceUntilAsync(() => cancelled.Task.IsCompleted, TimeSpan.FromSeconds(1));

        var sent = Assert.Single(cluster.SentBack);
        Assert.Equal((0L, 3), (sent.Message.QueueOffset, sent.DelayLevel));
    }

    [Fact]
    public async Task Failed_pulls_are_tried_again_after_three_seconds()
    {
        var failures = 0;
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        cluster.OnPull = _ => Interlocked.Increment(ref failures) <= 2 ? throw new BrokerUnreachableException("down") : null;
        var seen = 0;
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => { Interlocked.Increment(ref seen); return new(ConsumeResult.Success); });
        await Eventually.HoldsAsync(() => Volatile.Read(ref failures) == 1, "the first pull");

        await AdvanceUntilAsync(() => Volatile.Read(ref seen) == 1, TimeSpan.FromMilliseconds(500));

        Assert.True(failures >= 3);
    }

    [Fact]
    public async Task An_illegal_offset_is_corrected_after_ten_seconds()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 5);
        cluster.Offsets[("g", Queue)] = 99;
        var seen = 0;
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => { Interlocked.Increment(ref seen); return new(ConsumeResult.Success); });
        await Eventually.HoldsAsync(() => cluster.Pulls.Any(pull => pull.Offset == 99), "the pull that fails");

        await AdvanceUntilAsync(() => cluster.Pulls.Any(pull => pull.Offset == 5), TimeSpan.FromSeconds(1));

        Assert.Equal(5, cluster.Offsets[("g", Queue)]);
        cluster.Add(Queue);
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 1, "the new message");
    }

    [Fact]
    public async Task A_correction_that_fails_does_not_leave_the_queue_standing_still()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 5);
        cluster.Offsets[("g", Queue)] = 99;
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => new(ConsumeResult.Success));
        await Eventually.HoldsAsync(() => cluster.Pulls.Any(pull => pull.Offset == 99), "the pull that fails");

        cluster.Defect = new InvalidOperationException("defect");
        await AdvanceUntilAsync(() => cluster.DefectsMet > 2, TimeSpan.FromSeconds(11));
        cluster.Defect = null;
        await AdvanceUntilAsync(() => cluster.Pulls.Any(pull => pull.Offset == 5), TimeSpan.FromSeconds(1));

        Assert.Equal(5, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task A_failure_that_nobody_expects_while_giving_back_costs_neither_the_message_nor_its_worker()
    {
        var cluster = new MemoryCluster { Clock = _clock, Defect = new InvalidOperationException("defect") }.WithTopic("orders", 1, 3);
        var calls = new ConcurrentQueue<long>();
        await using (var consumer = Consumer(cluster, options: new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, ConsumeThreads = 1 }))
        {
            await consumer.StartAsync((message, _) =>
            {
                calls.Enqueue(message.QueueOffset);
                return new(calls.Count == 1 ? ConsumeResult.RetryLater : ConsumeResult.Success);
            });
            await Eventually.HoldsAsync(() => calls.Count == 3, "the messages behind the one that failed");
            cluster.Defect = null;
            await AdvanceUntilAsync(() => calls.Count == 4, TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0L, 1L, 2L, 0L], calls);
        Assert.Equal(3, cluster.Offsets[("g", Queue)]);
    }

    [Theory]
    [InlineData(ConsumeFrom.FirstOffset, 0)]
    [InlineData(ConsumeFrom.Timestamp, 2)]   // what MemoryBackend finds for any time
    [InlineData(ConsumeFrom.LastOffset, 5)]
    public async Task A_group_without_an_offset_begins_where_its_options_say(ConsumeFrom from, long expected)
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 5).WithTopic("%RETRY%g", 1, 1);
        await using var consumer = Consumer(cluster, options: new PushConsumerOptions { ConsumeFrom = from });
        await consumer.StartAsync((_, _) => new(ConsumeResult.Success));

        await Eventually.HoldsAsync(() => cluster.Pulls.Any(pull => pull.Queue == Queue), "a pull");

        Assert.Equal(expected, cluster.Pulls.First(pull => pull.Queue == Queue).Offset);
    }

    [Fact]
    public async Task A_group_with_an_offset_goes_on_there_whatever_its_options_say()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 5);
        cluster.Offsets[("g", Queue)] = 3;
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => new(ConsumeResult.Success));

        await Eventually.HoldsAsync(() => !cluster.Pulls.IsEmpty, "a pull");

        Assert.Equal(3, cluster.Pulls.First().Offset);
    }

    [Fact]
    public async Task A_message_consumed_directly_whose_handler_throws_is_answered_with_the_exception()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => throw new InvalidOperationException("boom"));
        var parts = new MessageRecordParts { Body = new byte[4], Topic = "orders"u8.ToArray(), Properties = default };
        var record = new byte[parts.TotalSize];
        MessageRecordWriter.Write(record, parts);

        var answer = await consumer.HandleAsync(
            new RemotingCommand
            {
                Code = (int)RequestCode.ConsumeMessageDirectly,
                ExtFields = new Dictionary<string, string> { ["consumerGroup"] = "g", ["clientId"] = "c0", ["msgId"] = "1", ["brokerName"] = "broker-a" },
                Body = record,
            },
            TestContext.Current.CancellationToken);

        var result = BodyJson.Deserialize<ConsumeMessageDirectlyResult>(answer!.Body.Span);
        Assert.Equal(Protocol.Bodies.ConsumeResult.ThrowException, result.ConsumeResult);
        Assert.Contains("boom", result.Remark, StringComparison.Ordinal);
        Assert.Empty(cluster.SentBack);
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_nothing_running()
    {
        using var cancel = new CancellationTokenSource();
        var cluster = new MemoryCluster { OnHeartbeat = cancel.Cancel }.WithTopic("orders", 1, 5);
        var backend = cluster.Client("c0");
        await using var consumer = new PushConsumer("g", new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, backend);
        consumer.Subscribe("orders");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consumer.StartAsync((_, _) => new(ConsumeResult.Success), cancel.Token));

        Assert.Null(backend.Member);
        Assert.Empty(consumer.Queues);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => consumer.StartAsync((_, _) => new(ConsumeResult.Success), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disposal_lets_running_handlers_finish_and_keeps_what_they_did()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 1);
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var consumer = Consumer(cluster);
        await consumer.StartAsync(async (_, _) =>
        {
            started.SetResult();
            await finish.Task;
            return ConsumeResult.Success;
        });
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var disposal = consumer.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);

        finish.SetResult();
        await disposal.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(1, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_handler_that_ignores_its_token()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        var started = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        var consumer = Consumer(cluster);
        await consumer.StartAsync(async (_, _) =>
        {
            started.SetResult();
            await never.Task;
            return ConsumeResult.Success;
        });
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var disposal = consumer.DisposeAsync().AsTask();

        await AdvanceUntilAsync(() => disposal.IsCompleted, TimeSpan.FromSeconds(1));

        Assert.Equal(0, cluster.Offsets.GetValueOrDefault(("g", Queue)));
        never.SetResult();
    }

    [Fact]
    public async Task A_batch_handler_acknowledges_the_first_messages_and_gets_the_rest_again()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 10);
        var sizes = new ConcurrentBag<int>();
        await using (var consumer = Consumer(cluster, options: new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, BatchSize = 4 }))
        {
            await consumer.StartBatchesAsync((messages, _) =>
            {
                sizes.Add(messages.Count);
                return new(new BatchConsumeResult(messages.Count - 1));
            });
            await Eventually.HoldsAsync(() => cluster.SentBack.Count == 3, "the last of each batch");
        }

        Assert.Equal([2, 4, 4], sizes.Order());
        Assert.Equal([3L, 7L, 9L], cluster.SentBack.Select(sent => sent.Message.QueueOffset).Order());
    }

    [Fact]
    public async Task Pulling_pauses_while_a_window_is_full()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 100);
        var release = new TaskCompletionSource();
        var seen = 0;
        await using var consumer = Consumer(cluster, options: new PushConsumerOptions
        {
            ConsumeFrom = ConsumeFrom.FirstOffset, MaxCachedPerQueue = 10, PullBatchSize = 8, ConsumeThreads = 1,
        });
        await consumer.StartAsync(async (_, _) =>
        {
            await release.Task;
            Interlocked.Increment(ref seen);
            return ConsumeResult.Success;
        });
        await Eventually.HoldsAsync(() => cluster.Pulls.Count(pull => pull.Queue == Queue) == 2, "two pulls");
        Assert.Equal(0, seen);

        release.SetResult();
        await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == 100, "all messages");
        Assert.Equal(16, cluster.Pulls.Where(pull => pull.Queue == Queue).Skip(2).First().Offset);
    }

    [Fact]
    public void Options_that_are_out_of_range_are_named()
    {
        var options = new PushConsumerOptions { ConsumeThreads = 0, MaxSpan = 70_000 };

        var failure = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(options.Validate);

        Assert.Equal(2, failure.Failures.Count());
    }

    private static PushConsumer Consumer(MemoryCluster cluster, string id = "c0", FilterExpression? filter = null, PushConsumerOptions? options = null)
    {
        var consumer = new PushConsumer("g", options ?? new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client(id));
        consumer.Subscribe("orders", filter);
        return consumer;
    }

    private static ValueTask<ConsumeResult> Count(ConcurrentDictionary<(int, long), int> seen, MessageExt message)
    {
        seen.AddOrUpdate((message.QueueId, message.QueueOffset), 1, (_, times) => times + 1);
        return new(ConsumeResult.Success);
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
