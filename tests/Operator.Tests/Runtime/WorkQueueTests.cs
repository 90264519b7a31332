using Microsoft.Extensions.Time.Testing;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Tests.Runtime;

/// <summary>Keys in the queue: each once, one pass at a time, now or later.</summary>
public sealed class WorkQueueTests : IDisposable
{
    private static readonly ResourceKey Key = new("mq", "orders");
    private readonly FakeTimeProvider _clock = new();
    private readonly WorkQueue _queue;

    public WorkQueueTests() => _queue = new WorkQueue(_clock);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_key_that_is_added_twice_is_worked_on_once()
    {
        _queue.Add(Key);
        _queue.Add(Key);

        Assert.Equal(Key, await _queue.TakeAsync(CancellationToken.None));
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_key_that_is_added_while_it_is_in_work_comes_again_afterwards_and_not_before()
    {
        _queue.Add(Key);
        await _queue.TakeAsync(CancellationToken.None);
        _queue.Add(Key);
        var during = _queue.Depth;
        _queue.Done(Key);

        Assert.Equal(0, during);
        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public void The_earlier_of_two_delays_counts()
    {
        _queue.Add(Key, TimeSpan.FromSeconds(10));
        _queue.Add(Key, TimeSpan.FromSeconds(60));
        _clock.Advance(TimeSpan.FromSeconds(10));
        var first = _queue.Depth;

        _queue.Add(new ResourceKey("mq", "other"), TimeSpan.FromSeconds(60));
        _queue.Add(new ResourceKey("mq", "other"), TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, first);
        Assert.Equal(2, _queue.Depth);
    }

    [Fact]
    public void Adding_a_key_for_now_takes_the_place_of_its_delay()
    {
        _queue.Add(Key, TimeSpan.FromSeconds(10));
        _queue.Add(Key);
        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public async Task A_delay_that_ends_during_the_work_brings_the_key_back()
    {
        _queue.Add(Key);
        await _queue.TakeAsync(CancellationToken.None);
        _queue.Add(Key, TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(2));
        _queue.Done(Key);

        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public async Task Keys_that_are_done_leave_nothing_behind()
    {
        _queue.Add(Key);
        await _queue.TakeAsync(CancellationToken.None);
        _queue.Done(Key);

        Assert.Equal(0, _queue.Count);
    }
}
