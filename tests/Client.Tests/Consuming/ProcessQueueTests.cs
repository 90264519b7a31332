using CsCheck;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class ProcessQueueTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 3);
    private static readonly FlowLimits Wide = new(1000, 1L << 30, 2000);

    private readonly RemoteOffsetStore _offsets = new("g", new MemoryCluster().Client("c"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    [Fact]
    public void The_commit_is_the_first_unfinished_offset_and_behind_the_last_when_all_are_done()
    {
        var window = new ProcessQueue(Queue, Wide);
        var messages = Messages(5, 6, 9);
        window.Put(messages);

        window.Finish([messages[1]], _offsets);
        Assert.Equal(5, _offsets.Read(Queue));
        window.Finish([messages[0]], _offsets);
        Assert.Equal(9, _offsets.Read(Queue));
        window.Finish([messages[2]], _offsets);
        Assert.Equal(10, _offsets.Read(Queue));
    }

    [Fact]
    public void Nothing_is_started_or_committed_after_a_drop()
    {
        var window = new ProcessQueue(Queue, Wide);
        var messages = Messages(0, 1);
        window.Put(messages);

        Assert.True(window.Drop());
        Assert.False(window.Drop());
        Assert.False(window.TryStart(messages, 1, 1));
        window.Finish(messages, _offsets);
        window.SkipTo(7, _offsets);
        Assert.Null(_offsets.Read(Queue));
    }

    [Fact]
    public void Skipping_moves_the_commit_only_when_nothing_waits()
    {
        var window = new ProcessQueue(Queue, Wide);
        window.Put(Messages(4));
        window.SkipTo(9, _offsets);
        Assert.Null(_offsets.Read(Queue));

        window.Finish(Messages(4), _offsets);
        window.SkipTo(9, _offsets);
        Assert.Equal(9, _offsets.Read(Queue));
    }

    [Fact]
    public void Messages_taken_before_are_not_taken_again()
    {
        var window = new ProcessQueue(Queue, Wide);
        Assert.Equal(2, window.Put(Messages(1, 2)));
        Assert.Equal(1, window.Put(Messages(1, 2, 3)));
        Assert.Equal(3, window.State.Count);
    }

    [Theory]
    [InlineData(2, 1L << 30, 2000)]
    [InlineData(1000, 20, 2000)]
    [InlineData(1000, 1L << 30, 2)]
    public async Task A_full_window_has_room_again_when_enough_is_finished(int count, long bytes, int span)
    {
        var window = new ProcessQueue(Queue, new FlowLimits(count, bytes, span));
        var messages = Messages(0, 1, 2, 3);
        window.Put(messages);
        var room = window.WhenRoomAsync();
        Assert.False(room.IsCompleted);

        window.Finish(messages.AsSpan(0, 3), _offsets);

        await room.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Wider_limits_and_a_drop_end_the_wait_for_room()
    {
        var window = new ProcessQueue(Queue, new FlowLimits(1, 1L << 30, 2000));
        window.Put(Messages(0, 1));
        var room = window.WhenRoomAsync();
        window.Limits = Wide;
        await room.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        window.Limits = new FlowLimits(1, 1, 1);
        room = window.WhenRoomAsync();
        window.Drop();
        await room.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Only_a_head_whose_handler_runs_is_overdue()
    {
        var window = new ProcessQueue(Queue, Wide);
        var messages = Messages(0, 1);
        window.Put(messages);
        Assert.Null(window.OverdueHead(1000));

        window.TryStart(messages.AsSpan(1, 1), 10, 10);
        Assert.Null(window.OverdueHead(1000));
        window.TryStart(messages.AsSpan(0, 1), 20, 20);
        Assert.Null(window.OverdueHead(20));
        Assert.Same(messages[0], window.OverdueHead(21));
        window.Unstart(messages[0]);
        Assert.Null(window.OverdueHead(1000));
    }

    [Fact]
    public void It_behaves_as_a_sorted_map_of_unfinished_offsets() =>
        Gen.Select(Gen.Int[1, 5].Array[1, 200], Gen.Int[0, 1000].Array[0, 300]).Sample((gaps, picks) =>
        {
            var window = new ProcessQueue(Queue, Wide);
            var offsets = new RemoteOffsetStore("g", new MemoryCluster().Client("c"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            var model = new SortedDictionary<long, MessageExt>();
            var (next, at, committed) = (0L, 0, (long?)null);
            foreach (var pick in picks)
            {
                if (pick % 2 == 0 && at < gaps.Length)
                {
                    next += gaps[at++];
                    var message = Messages(next)[0];
                    model.Add(next, message);
                    window.Put([message]);
                }
                else if (model.Count > 0)
                {
                    var finished = model.Values.ElementAt(pick % model.Count);
                    model.Remove(finished.QueueOffset);
                    window.Finish([finished], offsets);
                    committed = Math.Max(committed ?? 0, model.Count == 0 ? next + 1 : model.Keys.First());
                }

                Assert.Equal(committed, offsets.Read(Queue));
                Assert.Equal(model.Count, window.State.Count);
                Assert.Equal(model.Values.Sum(message => message.Body.Length), window.State.Bytes);
                Assert.Equal(model.Count == 0 ? 0 : model.Keys.First(), window.State.MinOffset);
            }
        });

    private static MessageExt[] Messages(params long[] offsets) =>
        [.. offsets.Select(offset => new MessageExt
        {
            Topic = "orders", QueueOffset = offset, Body = new byte[10], Properties = new Dictionary<string, string>(),
        })];
}
