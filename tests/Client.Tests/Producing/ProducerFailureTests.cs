using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Producing;

public sealed class ProducerFailureTests
{
    private static readonly Message Message = new("T", new byte[10]);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(ResponseCode.TopicNotExist)]
    [InlineData(ResponseCode.ServiceNotAvailable)]
    [InlineData(ResponseCode.SystemError)]
    [InlineData(ResponseCode.NoPermission)]
    [InlineData(ResponseCode.NoBuyerId)]
    [InlineData(ResponseCode.NotInCurrentUnit)]
    public async Task These_answers_lead_to_another_broker(ResponseCode code)
    {
        await using var cluster = await FakeCluster.StartAsync(1, "bad", "good");
        cluster.Brokers["bad"].OnEach(RequestCode.SendMessageV2, code);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var results = new[] { await producer.SendAsync(Message), await producer.SendAsync(Message) };

        Assert.All(results, result => Assert.Equal("good", result.Queue.BrokerName));
        Assert.Equal(1, cluster.SendsTo("bad"));
    }

    [Theory]
    [InlineData(ResponseCode.SystemBusy)]
    [InlineData(ResponseCode.MessageIllegal)]
    [InlineData(ResponseCode.SubscriptionGroupNotExist)]
    [InlineData(ResponseCode.RequestCodeNotSupported)]
    [InlineData((ResponseCode)4711)]
    public async Task These_answers_are_thrown_at_once(ResponseCode code)
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        cluster.Brokers["a"].OnEach(RequestCode.SendMessageV2, code);
        cluster.Brokers["b"].OnEach(RequestCode.SendMessageV2, code);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var failure = await Assert.ThrowsAsync<BrokerRejectedException>(() => producer.SendAsync(Message));

        Assert.Equal((code, "scripted"), (failure.ResponseCode, failure.Remark));
        Assert.Equal(1, cluster.Sends);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Attempts_end_with_the_number_of_retries(int retries)
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        cluster.Brokers["a"].OnEach(RequestCode.SendMessageV2, ResponseCode.SystemError);
        cluster.Brokers["b"].OnEach(RequestCode.SendMessageV2, ResponseCode.SystemError);
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.Retries = retries);

        await Assert.ThrowsAsync<BrokerRejectedException>(() => producer.SendAsync(Message));

        Assert.Equal(1 + retries, cluster.Sends);
    }

    [Fact]
    public async Task All_attempts_carry_the_same_message_id()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        cluster.Brokers["a"].OnEach(RequestCode.SendMessageV2, ResponseCode.SystemError);
        cluster.Brokers["b"].OnEach(RequestCode.SendMessageV2, ResponseCode.SystemError);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<BrokerRejectedException>(() => producer.SendAsync(Message));

        var ids = cluster.Brokers.Values.SelectMany(broker => broker.Received(RequestCode.SendMessageV2))
            .Select(request => MessageProperties.Parse(request.ExtFields!["i"])["UNIQ_KEY"]);
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_send_to_a_chosen_queue_is_never_repeated()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        cluster.Brokers["a"].OnEach(RequestCode.SendMessageV2, ResponseCode.SystemError);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<BrokerRejectedException>(() => producer.SendAsync(Message, new MessageQueue("T", "a", 0)));

        Assert.Equal(1, cluster.Sends);
    }

    [Fact]
    public async Task What_is_stored_but_not_confirmed_is_tried_elsewhere_only_on_demand()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        foreach (var broker in cluster.Brokers.Values)
        {
            broker.On(RequestCode.SendMessageV2, request => FakeCluster.Answer(request, ResponseCode.FlushDiskTimeout));
        }

        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.RetryWhenNotConfirmed = true);

        var result = await producer.SendAsync(Message);

        Assert.Equal(Client.Producing.SendStatus.FlushTimedOut, result.Status);
        Assert.Equal(3, cluster.Sends);
    }

    [Fact]
    public async Task Silence_ends_with_the_total_time_out_and_without_another_attempt()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, _ => null);
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var sending = producer.SendAsync(Message);
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);
        await AdvanceUntilAsync(cluster, sending, TimeSpan.FromSeconds(3));

        var failure = await Assert.ThrowsAsync<SendTimeoutException>(() => sending);
        Assert.Equal(1, failure.Attempts);
        Assert.IsType<RequestTimeoutException>(failure.InnerException);
        Assert.Equal(1, cluster.Sends);
    }

    [Fact]
    public async Task A_send_may_have_a_time_of_its_own()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, _ => null);
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        var begin = cluster.Clock.GetUtcNow();

        var sending = producer.SendAsync(Message, TimeSpan.FromMilliseconds(200));
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);
        await AdvanceUntilAsync(cluster, sending, TimeSpan.FromMilliseconds(50));

        var failure = await Assert.ThrowsAsync<SendTimeoutException>(() => sending);
        Assert.Contains("200 ms", failure.Message, StringComparison.Ordinal);
        Assert.InRange(cluster.Clock.GetUtcNow() - begin, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = producer.SendAsync(Message, TimeSpan.Zero); });
    }

    [Fact]
    public async Task A_retry_has_what_is_left_of_the_time()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        var first = true;
        foreach (var broker in cluster.Brokers.Values)
        {
            broker.On(RequestCode.SendMessageV2, _ =>
            {
                if (!first)
                {
                    return null;
                }

                first = false;
                cluster.Clock.Advance(TimeSpan.FromSeconds(2));
                return RemotingCommand.Response(ResponseCode.SystemError, "slow");
            });
        }

        await using var producer = cluster.CreateClient().CreateProducer("PG");
        var begin = cluster.Clock.GetUtcNow();

        var sending = producer.SendAsync(Message);
        while (cluster.Sends < 2 && !sending.IsCompleted)
        {
            await Task.Yield();
        }

        await AdvanceUntilAsync(cluster, sending, TimeSpan.FromMilliseconds(100));

        var failure = await Assert.ThrowsAsync<SendTimeoutException>(() => sending);
        Assert.Equal(2, failure.Attempts);
        Assert.InRange(cluster.Clock.GetUtcNow() - begin, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_broker_that_vanishes_while_it_works_is_replaced_by_another()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        var victim = 0;
        foreach (var broker in cluster.Brokers.Values)
        {
            broker.On(RequestCode.SendMessageV2, async (request, connection, _) =>
            {
                if (Interlocked.Exchange(ref victim, 1) == 0)
                {
                    await connection.CloseAsync();
                    return null;
                }

                return FakeCluster.Stored(request);
            });
        }

        await using var producer = cluster.CreateClient().CreateProducer("PG");

        var result = await producer.SendAsync(Message).WaitAsync(Patience);

        Assert.Equal(Client.Producing.SendStatus.Stored, result.Status);
        Assert.Equal((1, 1), (cluster.SendsTo("a"), cluster.SendsTo("b")));
    }

    [Fact]
    public async Task A_broker_that_is_gone_for_good_ends_in_the_documented_exception()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        await producer.SendAsync(Message);

        await cluster.Brokers["a"].DisposeAsync();

        await Assert.ThrowsAsync<BrokerUnreachableException>(() => producer.SendAsync(Message).WaitAsync(Patience));
    }

    [Fact]
    public async Task Without_a_name_server_there_is_no_route()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient(options => options.NameServers = "127.0.0.1:1").CreateProducer("PG");

        await Assert.ThrowsAsync<NameServerUnavailableException>(() => producer.SendAsync(Message).WaitAsync(Patience));
    }

    [Fact]
    public async Task One_name_server_of_two_is_enough()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient(options => options.NameServers = $"127.0.0.1:1;{cluster.NameServer.Address}").CreateProducer("PG");

        await producer.SendAsync(Message).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_name_server_that_has_just_started_is_not_believed_alone()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var fresh = await FakeServer.StartAsync();
        fresh.OnEach(RequestCode.GetRouteInfoByTopic, ResponseCode.TopicNotExist);
        await using var producer = cluster.CreateClient(options => options.NameServers = $"{fresh.Address};{cluster.NameServer.Address}").CreateProducer("PG");

        await producer.SendAsync(Message).WaitAsync(Patience);
    }

    [Fact]
    public async Task Nonsense_from_a_name_server_ends_in_the_documented_exception()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.NameServer.On(RequestCode.GetRouteInfoByTopic, _ => RemotingCommand.Response(ResponseCode.Success, body: "{\"queueDatas\":17"u8.ToArray()));
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAsync<MalformedAnswerException>(() => producer.SendAsync(Message).WaitAsync(Patience));
    }

    [Fact]
    public async Task Sends_go_on_while_the_name_server_is_down_once_the_route_is_known()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        await producer.SendAsync(Message);

        await cluster.NameServer.DisposeAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));

        await producer.SendAsync(Message).WaitAsync(Patience);
    }

    private static async Task AdvanceUntilAsync(FakeCluster cluster, Task done, TimeSpan step)
    {
        // The time-out is armed on another thread, at some moment after the request was seen.
        for (var i = 0; i < 1000 && !done.IsCompleted; i++)
        {
            cluster.Clock.Advance(step);
            await Task.WhenAny(done, Task.Delay(TimeSpan.FromMilliseconds(10)));
        }
    }
}
