using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Tests.Producing;

public sealed class ProducerLifetimeTests
{
    private static readonly Message Message = new("T", new byte[10]);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_wait_for_an_answer_can_be_cancelled()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, _ => null);
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        using var cancel = new CancellationTokenSource();

        var sending = producer.SendAsync(Message, cancel.Token);
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience));
        Assert.Equal(0, producer.InFlight);
    }

    [Fact]
    public async Task A_wait_for_a_route_can_be_cancelled()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.NameServer.On(RequestCode.GetRouteInfoByTopic, _ => null);
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        using var cancel = new CancellationTokenSource();

        var sending = producer.SendAsync(Message, cancel.Token);
        await cluster.NameServer.NextAsync(RequestCode.GetRouteInfoByTopic);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience));
        Assert.Equal(0, producer.InFlight);
    }

    [Fact]
    public async Task A_wait_for_room_can_be_cancelled()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var gate = new TaskCompletionSource();
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, async (request, _, _) =>
        {
            await gate.Task;
            return FakeCluster.Stored(request);
        });
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxInFlightMessages = 1);
        using var cancel = new CancellationTokenSource();

        var first = producer.SendAsync(Message);
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);
        var second = producer.SendAsync(Message, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        gate.SetResult();
        await first.WaitAsync(Patience);
        Assert.Equal(1, cluster.Sends);
    }

    [Fact]
    public async Task A_retry_can_be_cancelled()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a", "b");
        using var cancel = new CancellationTokenSource();
        var requests = 0;
        foreach (var broker in cluster.Brokers.Values)
        {
            broker.On(RequestCode.SendMessageV2, _ =>
            {
                if (Interlocked.Increment(ref requests) == 1)
                {
                    return RemotingCommand.Response(ResponseCode.SystemError, "try another");
                }

                cancel.Cancel();
                return null;
            });
        }

        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => producer.SendAsync(Message, cancel.Token).WaitAsync(Patience));

        Assert.Equal((2, 0), (cluster.Sends, producer.InFlight));
    }

    [Fact]
    public async Task A_batch_can_be_cancelled_between_its_requests()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        using var cancel = new CancellationTokenSource();
        cluster.Brokers["a"].On(RequestCode.SendBatchMessage, request =>
        {
            if (cluster.Brokers["a"].Received(RequestCode.SendBatchMessage).Count == 1)
            {
                return FakeCluster.Stored(request);
            }

            cancel.Cancel();
            return null;
        });
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxMessageBytes = 1024);

        var failure = await Assert.ThrowsAsync<Client.Producing.BatchSendException>(() => producer.SendBatchAsync(
            Enumerable.Range(0, 10).Select(_ => new Message("T", new byte[300])), cancel.Token).WaitAsync(Patience));

        Assert.IsType<OperationCanceledException>(failure.InnerException, exactMatch: false);
        Assert.Equal((2, 0), (failure.Stored.Count, producer.InFlight));
    }

    [Fact]
    public async Task A_wait_for_a_connection_can_be_cancelled()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start(1); // never accepts, and speaks no TLS: the handshake hangs
        var client = cluster.CreateClient(options =>
        {
            options.NameServers = silent.LocalEndpoint.ToString()!;
            options.Tls.Enabled = true;
        });
        var producer = client.CreateProducer("PG");
        using var cancel = new CancellationTokenSource();

        var sending = producer.SendAsync(Message, cancel.Token);
        Assert.False(sending.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience));
        Assert.Equal(0, producer.InFlight);
    }

    [Fact]
    public async Task Bytes_on_their_way_are_bounded_too()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var gate = new TaskCompletionSource();
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, async (request, _, _) =>
        {
            await gate.Task;
            return FakeCluster.Stored(request);
        });
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => (options.MaxMessageBytes, options.MaxInFlightBytes) = (1024, 2048));

        var sending = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => producer.SendAsync(new Message("T", new byte[1000]))));
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);

        Assert.Equal((2, 2), (producer.InFlight, cluster.Sends));
        gate.SetResult();
        await sending.WaitAsync(Patience);
        Assert.Equal(5, cluster.Sends);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => producer.SendAsync(Message, new CancellationToken(canceled: true)));

        Assert.Equal(0, cluster.Sends);
    }

    [Fact]
    public async Task Disposing_lets_what_is_under_way_arrive_and_refuses_the_rest()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var gate = new TaskCompletionSource();
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, async (request, _, _) =>
        {
            await gate.Task;
            return FakeCluster.Stored(request);
        });
        var producer = cluster.CreateClient().CreateProducer("PG");
        var sending = Enumerable.Range(0, 20).Select(_ => producer.SendAsync(Message)).ToArray();
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);

        var disposing = producer.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => producer.SendAsync(Message));
        Assert.False(disposing.IsCompleted);
        gate.SetResult();

        await Task.WhenAll(sending).WaitAsync(Patience);
        await disposing.WaitAsync(Patience);
        await producer.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_does_not_hang_on_a_broker_that_is_silent()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        cluster.Brokers["a"].On(RequestCode.SendMessageV2, _ => null);
        cluster.Brokers["a"].On(RequestCode.UnregisterClient, _ => null);
        var producer = cluster.CreateClient().CreateProducer("PG");
        var sending = producer.SendAsync(Message);
        await cluster.Brokers["a"].NextAsync(RequestCode.SendMessageV2);

        var disposing = producer.DisposeAsync().AsTask();
        for (var i = 0; i < 1000 && !disposing.IsCompleted; i++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(disposing, Task.Delay(TimeSpan.FromMilliseconds(10)));
        }

        await disposing.WaitAsync(Patience);
        await Assert.ThrowsAsync<SendTimeoutException>(() => sending.WaitAsync(Patience));
    }

    [Fact]
    public async Task Disposing_the_client_ends_its_producers()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var client = cluster.CreateClient();
        var producer = client.CreateProducer("PG");
        await producer.SendAsync(Message);

        await client.DisposeAsync().AsTask().WaitAsync(Patience);
        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => producer.SendAsync(Message));
        Assert.Throws<ObjectDisposedException>(() => client.CreateProducer("other"));
    }

    [Fact]
    public async Task Brokers_hear_of_a_producer_when_it_first_sends_and_when_it_leaves()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        var client = cluster.CreateClient();
        var producer = client.CreateProducer("PG");
        await producer.SendAsync(Message);

        var heartbeat = BodyJson.Deserialize<HeartbeatData>((await cluster.Brokers["a"].NextAsync(RequestCode.HeartBeat)).Body.Span);
        await producer.DisposeAsync();

        Assert.Equal(client.ClientId, heartbeat.ClientID);
        Assert.Equal("PG", Assert.Single(heartbeat.ProducerDataSet).GroupName);
        Assert.Empty(heartbeat.ConsumerDataSet);
        var leave = Assert.Single(cluster.Brokers["a"].Received(RequestCode.UnregisterClient)).ReadHeader<UnregisterClientRequestHeader>();
        Assert.Equal((client.ClientId, "PG", null), (leave.ClientId, leave.ProducerGroup, leave.ConsumerGroup));
    }

    [Fact]
    public async Task Heartbeats_come_every_thirty_seconds()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "a");
        await using var producer = cluster.CreateClient().CreateProducer("PG");
        await producer.SendAsync(Message);
        await cluster.Brokers["a"].NextAsync(RequestCode.HeartBeat);

        cluster.Clock.Advance(TimeSpan.FromSeconds(30));

        await cluster.Brokers["a"].NextAsync(RequestCode.HeartBeat);
    }

    [Fact]
    public async Task A_thousand_sends_at_once_all_arrive_within_the_bounds()
    {
        await using var cluster = await FakeCluster.StartAsync(4, "a", "b");
        await using var producer = cluster.CreateClient().CreateProducer("PG", options => options.MaxInFlightMessages = 64);

        var results = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => producer.SendAsync(Message))).WaitAsync(Patience);

        Assert.Equal(1000, results.Select(result => result.MessageId).Distinct().Count());
        Assert.Equal(1000, cluster.Sends);
        Assert.Equal(0, producer.InFlight);
    }
}
