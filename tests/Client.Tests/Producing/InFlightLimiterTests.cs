using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Producing;

namespace Rocketeer.Client.Tests.Producing;

public sealed class InFlightLimiterTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Who_finds_no_room_by_number_waits_until_one_leaves()
    {
        var limiter = new InFlightLimiter(2, 1000, _clock);
        await limiter.EnterAsync(1, Long, default);
        await limiter.EnterAsync(1, Long, default);

        var third = limiter.EnterAsync(1, Long, default).AsTask();
        Assert.False(third.IsCompleted);
        limiter.Exit(1);

        Assert.True(await third);
        Assert.Equal(2, limiter.Messages);
    }

    [Fact]
    public async Task Who_finds_no_room_by_bytes_waits_and_nobody_overtakes()
    {
        var limiter = new InFlightLimiter(10, 100, _clock);
        await limiter.EnterAsync(60, Long, default);

        var big = limiter.EnterAsync(60, Long, default).AsTask();
        var small = limiter.EnterAsync(1, Long, default).AsTask();
        Assert.False(big.IsCompleted);
        Assert.False(small.IsCompleted);
        limiter.Exit(60);

        Assert.True(await big);
        Assert.True(await small);
    }

    [Fact]
    public async Task What_is_bigger_than_the_limit_is_let_in_alone()
    {
        var limiter = new InFlightLimiter(10, 100, _clock);

        Assert.True(await limiter.EnterAsync(500, Long, default));
        Assert.False(limiter.EnterAsync(1, Long, default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Waiting_ends_with_the_time_and_leaves_the_line()
    {
        var limiter = new InFlightLimiter(1, 100, _clock);
        await limiter.EnterAsync(1, Long, default);
        var waiting = limiter.EnterAsync(1, TimeSpan.FromSeconds(3), default).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(await waiting);
        limiter.Exit(1);

        Assert.Equal(0, limiter.Messages);
        Assert.True(limiter.EnterAsync(1, Long, default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiting_ends_when_cancelled_and_makes_way_for_the_next()
    {
        var limiter = new InFlightLimiter(10, 100, _clock);
        await limiter.EnterAsync(90, Long, default);
        using var cancel = new CancellationTokenSource();
        var big = limiter.EnterAsync(50, Long, cancel.Token).AsTask();
        var small = limiter.EnterAsync(5, Long, default).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => big);
        Assert.True(await small);
    }

    [Fact]
    public async Task Closing_refuses_newcomers_and_completes_when_all_have_left()
    {
        var limiter = new InFlightLimiter(1, 100, _clock);
        await limiter.EnterAsync(1, Long, default);
        var inLine = limiter.EnterAsync(1, Long, default).AsTask();

        var closed = limiter.CloseAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => limiter.EnterAsync(1, Long, default).AsTask());
        limiter.Exit(1);
        await inLine;
        Assert.False(closed.IsCompleted);
        limiter.Exit(1);

        await closed;
    }

    [Fact]
    public async Task Closing_an_idle_limiter_completes_at_once() => await new InFlightLimiter(1, 1, _clock).CloseAsync();

    [Fact]
    public async Task Room_is_neither_lost_nor_made_under_contention()
    {
        var limiter = new InFlightLimiter(4, 40, TimeProvider.System);
        var inside = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            using var cancel = i % 5 == 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 7)) : new CancellationTokenSource();
            try
            {
                await limiter.EnterAsync(10, Long, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Assert.InRange(Interlocked.Increment(ref inside), 1, 4);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            limiter.Exit(10);
        })));

        Assert.Equal(0, limiter.Messages);
    }
}
