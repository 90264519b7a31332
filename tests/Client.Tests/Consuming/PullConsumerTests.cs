using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class PullConsumerTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 0);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pull_gives_what_is_there_and_the_offset_to_go_on_from()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 5);
        await using var pull = Consumer(cluster);

        var found = await pull.PullAsync(Queue, 1, 3, cancellationToken: Cancelled);
        var nothing = await pull.PullAsync(Queue, 5, cancellationToken: Cancelled);
        var beyond = await pull.PullAsync(Queue, 9, cancellationToken: Cancelled);

        Assert.Equal((PullStatus.Found, 4L, 0L, 5L), (found.Status, found.NextOffset, found.MinOffset, found.MaxOffset));
        Assert.Equal([1L, 2L, 3L], found.Messages.Select(message => message.QueueOffset));
        Assert.Equal(PullStatus.NoNewMessage, nothing.Status);
        Assert.Equal((PullStatus.OffsetIllegal, 5L), (beyond.Status, beyond.NextOffset));
        Assert.All(cluster.Pulls, call => Assert.Null(call.CommitOffset));
    }

    [Fact]
    public async Task Only_exact_tags_are_returned_and_the_offset_passes_the_others()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        cluster.Add(Queue, "Aa");
        cluster.Add(Queue, "BB");   // the same hash as Aa
        await using var pull = Consumer(cluster);

        var result = await pull.PullAsync(Queue, 0, filter: "Aa", cancellationToken: Cancelled);

        Assert.Equal(0, Assert.Single(result.Messages).QueueOffset);
        Assert.Equal(2, result.NextOffset);
    }

    [Fact]
    public async Task A_waiting_pull_ends_with_the_next_message()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        await using var pull = Consumer(cluster);
        var waiting = pull.PullOrWaitAsync(Queue, 0, cancellationToken: Cancelled);
        Assert.False(waiting.IsCompleted);

        cluster.Add(Queue);

        Assert.Single((await waiting).Messages);
    }

    [Fact]
    public async Task A_cancelled_pull_ends_at_once()
    {
        await using var pull = Consumer(new MemoryCluster().WithTopic("orders", 1));
        using var cancel = new CancellationTokenSource();
        var waiting = pull.PullOrWaitAsync(Queue, 0, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Offsets_are_the_callers_to_set_to_commit_and_to_read()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 5);
        await using (var pull = Consumer(cluster))
        {
            Assert.Null(await pull.FetchOffsetAsync(Queue, Cancelled));
            await pull.CommitOffsetAsync(Queue, 4, Cancelled);
            Assert.Equal(4, cluster.Offsets[("g", Queue)]);

            pull.SetOffset(Queue, 2);
            Assert.Equal(2, await pull.FetchOffsetAsync(Queue, Cancelled));
            await Eventually.HoldsAsync(
                () =>
                {
                    _clock.Advance(TimeSpan.FromSeconds(1));
                    return cluster.Offsets[("g", Queue)] == 2;
                },
                "the offset is stored by itself");
            pull.SetOffset(Queue, 3);
        }

        Assert.Equal(3, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task Bounds_and_times_of_a_queue_can_be_asked_for()
    {
        await using var pull = Consumer(new MemoryCluster().WithTopic("orders", 2, 5));

        Assert.Equal([Queue, Queue with { QueueId = 1 }], await pull.GetQueuesAsync("orders", Cancelled));
        Assert.Equal(0, await pull.GetMinOffsetAsync(Queue, Cancelled));
        Assert.Equal(5, await pull.GetMaxOffsetAsync(Queue, Cancelled));
        Assert.Equal(2, await pull.SearchOffsetAsync(Queue, _clock.GetUtcNow(), Cancelled));
        await Assert.ThrowsAsync<RouteNotFoundException>(() => pull.GetQueuesAsync("nowhere", Cancelled));
    }

    [Fact]
    public async Task A_message_can_be_given_back()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 1);
        await using var pull = Consumer(cluster);
        var message = (await pull.PullAsync(Queue, 0, cancellationToken: Cancelled)).Messages[0];

        await pull.SendBackAsync(message, 5, Cancelled);

        Assert.Equal((message, 5, 16), Assert.Single(cluster.SentBack));
    }

    [Fact]
    public async Task A_stream_reads_all_queues_from_the_groups_offsets_and_stores_what_was_consumed()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 2, 10);
        cluster.Offsets[("g", Queue)] = 7;
        var seen = new List<(int, long)>();
        await using (var pull = Consumer(cluster))
        {
            await foreach (var message in pull.ReadAllAsync("orders", cancellationToken: Cancelled))
            {
                seen.Add((message.QueueId, message.QueueOffset));
                if (seen.Count == 13)
                {
                    break;
                }
            }
        }

        Assert.Equal([7L, 8L, 9L], seen.Where(at => at.Item1 == 0).Select(at => at.Item2));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), seen.Where(at => at.Item1 == 1).Select(at => at.Item2));

        // The last one was not asked beyond, so it does not count as consumed.
        Assert.Equal(19, cluster.Offsets[("g", Queue)] + cluster.Offsets[("g", Queue with { QueueId = 1 })]);
    }

    [Fact]
    public async Task A_stream_can_begin_behind_the_last_message()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 3);
        await using var pull = Consumer(cluster, new PullConsumerOptions { ReadFrom = ConsumeFrom.LastOffset });
        await using var stream = pull.ReadAllAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var next = stream.MoveNextAsync();
        await Eventually.HoldsAsync(() => !cluster.Pulls.IsEmpty, "a pull");

        cluster.Add(Queue);

        Assert.True(await next);
        Assert.Equal(3, stream.Current.QueueOffset);
    }

    [Fact]
    public async Task A_stream_repairs_failures_of_brokers()
    {
        var failures = 0;
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        cluster.OnPull = _ => Interlocked.Increment(ref failures) == 1 ? throw new BrokerUnreachableException("down") : null;
        await using var pull = Consumer(cluster);
        await using var stream = pull.ReadAllAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var next = stream.MoveNextAsync().AsTask();

        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "the message");

        Assert.True(await next);
    }

    [Fact]
    public async Task A_stream_goes_on_after_failures_that_nobody_expects()
    {
        var failures = 0;
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1, 1);
        cluster.OnPull = _ => Interlocked.Increment(ref failures) == 1 ? throw new InvalidOperationException("defect") : null;
        await using var pull = Consumer(cluster);
        await using var stream = pull.ReadAllAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var next = stream.MoveNextAsync().AsTask();

        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "the message");

        Assert.True(await next);
    }

    [Fact]
    public async Task A_stream_commits_past_messages_at_the_end_that_its_filter_leaves_out()
    {
        var cluster = new MemoryCluster { Clock = _clock }.WithTopic("orders", 1);
        cluster.Add(Queue, "A");
        cluster.Add(Queue, "B");
        cluster.Add(Queue, "B");
        await using var pull = Consumer(cluster);
        await using var stream = pull.ReadAllAsync("orders", "A", Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();

        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return cluster.Offsets.GetValueOrDefault(("g", Queue)) == 3;
            },
            "the offset behind all of them");
        Assert.False(next.IsCompleted);
        cluster.Add(Queue, "A");
        Assert.True(await next);
    }

    [Fact]
    public async Task A_reset_from_outside_moves_a_running_stream_and_the_offsets()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1, 5);
        await using var pull = Consumer(cluster);
        await using var stream = pull.ReadAllAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());

        await pull.HandleAsync(Requests.Reset(Queue, 4), Cancelled);

        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(4, stream.Current.QueueOffset);
        Assert.Equal(4, cluster.Offsets[("g", Queue)]);
    }

    [Fact]
    public async Task Disposal_ends_a_running_stream()
    {
        var pull = Consumer(new MemoryCluster().WithTopic("orders", 1, 1));
        await using var stream = pull.ReadAllAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync().AsTask();

        await pull.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
    }

    [Fact]
    public async Task A_disposed_consumer_has_left_the_group_and_refuses()
    {
        var cluster = new MemoryCluster().WithTopic("orders", 1);
        var backend = cluster.Client("c0");
        var pull = new PullConsumer("g", new PullConsumerOptions(), backend);
        Assert.Same(pull, backend.Member);

        await pull.DisposeAsync();
        await pull.DisposeAsync();

        Assert.Null(backend.Member);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pull.PullAsync(Queue, 0, cancellationToken: Cancelled));
        Assert.Throws<ObjectDisposedException>(() => pull.SetOffset(Queue, 0));
    }

    private static PullConsumer Consumer(MemoryCluster cluster, PullConsumerOptions? options = null) =>
        new("g", options ?? new PullConsumerOptions(), cluster.Client("c0"));
}
