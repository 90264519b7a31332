using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Broker.Tests.Pulling;

public sealed class LongPollingTests
{
    [Fact]
    public async Task A_held_pull_is_answered_when_a_message_arrives()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(2);
        var answer = await broker.HoldAsync(Pulls.Header(2));

        broker.Put(Pulls.Topic, 1, "another queue");
        broker.Put(Pulls.Topic, 0, "news");

        Assert.Equal("news", Assert.Single((await answer).Messages()).Text());
        Assert.Equal(3, (await answer).ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
        Assert.Equal(0, broker.Held());
    }

    [Fact]
    public async Task Only_messages_that_it_waits_for_wake_a_pull()
    {
        var clock = NewClock();
        await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: clock);
        var answer = await broker.HoldAsync(Pulls.Header(subscription: "B || C"));

        broker.Put(Pulls.Topic, 0, "a", "TAGS\u0001A\u0002");
        await broker.VisibleAsync(1);
        broker.Put(Pulls.Topic, 0, "a", "TAGS\u0001A\u0002");
        await broker.VisibleAsync(2);
        Assert.Equal(1, broker.Held());

        broker.Put(Pulls.Topic, 0, "c", "TAGS\u0001C\u0002");

        Assert.Equal("c", Assert.Single((await answer).Messages()).Text());
    }

    [Fact]
    public async Task A_pull_whose_queue_moves_on_without_it_follows_after_five_seconds()
    {
        var clock = NewClock();
        await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: clock);
        var answer = await broker.HoldAsync(Pulls.Header(subscription: "B"));
        broker.Put(Pulls.Topic, 0, "a", "TAGS\u0001A\u0002");
        await broker.VisibleAsync(1);

        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, broker.Held());
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(ResponseCode.PullRetryImmediately, (await answer).ResponseCode);
        Assert.Equal(1, (await answer).ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
    }

    [Fact]
    public async Task A_pull_that_waited_its_time_is_told_that_there_is_nothing()
    {
        var clock = NewClock();
        await using var broker = await PullMessageTests.WithMessagesAsync(2, clock: clock);
        var answer = await broker.HoldAsync(Pulls.Header(2));

        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(1, broker.Held());
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((ResponseCode.PullNotFound, "OFFSET_OVERFLOW_ONE"), ((await answer).ResponseCode, (await answer).Remark));
        Assert.Equal(2, (await answer).ReadHeader<PullMessageResponseHeader>().NextBeginOffset);
    }

    [Fact]
    public async Task Without_long_polling_a_pull_waits_the_short_time()
    {
        var clock = NewClock();
        await using var broker = await PullMessageTests.WithMessagesAsync(0, options => options.LongPollingEnable = false, clock);
        var answer = await broker.HoldAsync(Pulls.Header());
        broker.Put(Pulls.Topic, 0, "unnoticed until the next look");
        await broker.VisibleAsync(1);
        Assert.Equal(1, broker.Held());

        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Single((await answer).Messages());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task A_pull_that_wants_to_wait_no_time_is_answered_at_the_next_look(long milliseconds)
    {
        var clock = NewClock();
        await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: clock);
        var answer = broker.PullAsync(Pulls.Header().Waiting() with { SuspendTimeoutMillis = milliseconds });
        await TestBroker.EventuallyAsync(() => broker.Held() == 1, "the pull is held");

        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ResponseCode.PullNotFound, (await answer).ResponseCode);
    }

    [Fact]
    public async Task Pulls_of_a_closed_connection_are_forgotten()
    {
        var clock = NewClock();
        await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: clock);
        var client = broker.NewClient();
        var abandoned = broker.AskAsync(client, RemotingCommand.Request(RequestCode.PullMessage, Pulls.Header().Waiting()));
        await TestBroker.EventuallyAsync(() => broker.Held() == 1, "the pull is held");

        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => abandoned);
        await TestBroker.EventuallyAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return broker.Held() == 0;
            },
            "the pull is forgotten");
        Assert.True(clock.GetUtcNow() - Start < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task More_pulls_than_there_is_room_for_are_told_to_slow_down()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(0, options => options.PullThreadPoolQueueCapacity = 2);
        var held = new[] { await broker.HoldAsync(Pulls.Header()), await broker.HoldAsync(Pulls.Header(queueId: 1)) };

        var refused = await broker.PullAsync(Pulls.Header(queueId: 2).Waiting());
        Assert.Equal(ResponseCode.SystemBusy, refused.ResponseCode);
        Assert.Equal(2, broker.Held());

        broker.Put(Pulls.Topic, 0, "room");
        Assert.Equal(ResponseCode.Success, (await held[0]).ResponseCode);
        held[0] = await broker.HoldAsync(Pulls.Header(queueId: 2));
        broker.Put(Pulls.Topic, 1, "done");
        broker.Put(Pulls.Topic, 2, "done");
        Assert.All(await Task.WhenAll(held), answer => Assert.Equal(ResponseCode.Success, answer.ResponseCode));
    }

    [Fact]
    public async Task No_message_slips_through_between_looking_and_waiting()
    {
        const int Rounds = 2_000;
        var clock = NewClock(); // nothing but the arrival itself can wake a pull: the clock stands still
        await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: clock);

        for (var i = 0; i < Rounds; i++)
        {
            var answer = broker.PullAsync(Pulls.Header(i).Waiting());
            if ((i & 1) == 0)
            {
                await Task.Yield();
            }

            broker.Put(Pulls.Topic, 0, "x");
            Assert.Equal(ResponseCode.Success, (await answer).ResponseCode);
        }

        Assert.Equal(0, broker.Held());
    }

    [Fact]
    public async Task A_broker_that_stops_answers_the_pulls_that_wait()
    {
        var broker = await PullMessageTests.WithMessagesAsync(0, clock: NewClock());
        await using (broker)
        {
            var answers = new List<Task<RemotingCommand>>();
            for (var i = 0; i < 20; i++)
            {
                answers.Add(await broker.HoldAsync(Pulls.Header(queueId: i % 4)));
            }

            // The clock stands still: a stop that waited out its grace period would never end.
            await broker.App.DisposeAsync();

            Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(ResponseCode.PullNotFound, answer.ResponseCode));
        }
    }

    [Fact]
    public async Task A_broker_that_stops_keeps_no_new_pulls_and_answers_each()
    {
        await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: NewClock());
        var held = await broker.HoldAsync(Pulls.Header());

        await broker.App.MessagePath!.DisposeAsync();

        Assert.Equal(ResponseCode.PullNotFound, (await held).ResponseCode);
        var answer = await broker.PullAsync(Pulls.Header().Waiting());
        Assert.Equal((ResponseCode.SystemBusy, "the broker stops; pull from another one"), (answer.ResponseCode, answer.Remark));
        Assert.Equal(0, broker.Held());
    }

    [Fact]
    public async Task Pulls_during_a_stop_are_all_answered_or_see_their_connection_close()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var broker = await PullMessageTests.WithMessagesAsync(0, clock: NewClock());
            var client = broker.NewClient();
            await broker.AskAsync(client, RemotingCommand.Request(RequestCode.PullMessage, Pulls.Header()));

            var pulling = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PullUntilRefusedAsync(broker, client)));
            await TestBroker.EventuallyAsync(() => broker.Held() > 0, "a pull is held");
            await broker.App.DisposeAsync();

            await pulling;
            Assert.Equal(0, broker.Held());
        }
    }

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private static FakeTimeProvider NewClock() => new(Start);

    private static async Task PullUntilRefusedAsync(TestBroker broker, Remoting.Client.RemotingClient client)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                var answer = await broker.AskAsync(client, RemotingCommand.Request(RequestCode.PullMessage, Pulls.Header().Waiting()));
                Assert.NotEqual(ResponseCode.Success, answer.ResponseCode);
            }
            catch (Remoting.RemotingException e) when (e is not Remoting.RemotingTimeoutException)
            {
                return; // the port is closed
            }
        }
    }
}
