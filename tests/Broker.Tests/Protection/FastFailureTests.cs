using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Protection;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Server;

namespace Rocketeer.Broker.Tests.Protection;

/// <summary>The queues of a broker, filled through a port whose handlers do not come to an end.</summary>
public sealed class FastFailureTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_500_000));

    [Theory]
    [InlineData(RequestCode.ConsumerSendMsgBack, 200)]
    [InlineData(RequestCode.HeartBeat, 31_000)]
    [InlineData(RequestCode.EndTransaction, 3000)]
    public async Task A_request_that_waited_too_long_is_refused_in_the_words_of_flow_control(RequestCode code, int limitMilliseconds)
    {
        await using var broker = await TestBroker.StartAsync(Narrow, _clock);
        await using var stuck = await StuckServer.StartAsync(broker);
        var waiting = await stuck.WaitBehindAsync(code, broker);

        _clock.Advance(TimeSpan.FromMilliseconds(limitMilliseconds - 1));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(FastFailure.IdlePeriod);

        var answer = await waiting;
        Assert.Equal(ResponseCode.SystemBusy, answer.ResponseCode);
        Assert.Matches(
            @"^\[TIMEOUT_CLEAN_QUEUE\]broker busy, start flow control for a while, period in queue: \d+ms, size of queue: 0$", answer.Remark);
    }

    [Fact]
    public async Task Without_fast_failure_requests_wait()
    {
        await using var broker = await TestBroker.StartAsync(
            options =>
            {
                Narrow(options);
                options.Protection.BrokerFastFailureEnable = false;
            },
            _clock);
        await using var stuck = await StuckServer.StartAsync(broker);
        var waiting = await stuck.WaitBehindAsync(RequestCode.ConsumerSendMsgBack, broker);

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Runtime_information_tells_how_many_wait_and_for_how_long()
    {
        await using var broker = await TestBroker.StartAsync(Narrow, _clock);
        await using var stuck = await StuckServer.StartAsync(broker);
        await stuck.WaitBehindAsync(RequestCode.ConsumerSendMsgBack, broker);
        _clock.Advance(TimeSpan.FromMilliseconds(120));

        var table = (await broker.ReadAsync<Rocketeer.Protocol.Bodies.KVTable>(RequestCode.GetBrokerRuntimeInfo)).Table;

        Assert.Equal(("1", "120"), (table["sendThreadPoolQueueSize"], table["sendThreadPoolQueueHeadWaitTimeMills"]));
    }

    private static void Narrow(Rocketeer.Broker.Configuration.BrokerOptions options)
    {
        options.HeartbeatThreadPoolNums = 1;
        options.Transactions.EndTransactionThreadPoolNums = 1;
    }

    /// <summary>A port on the broker's queues. Whatever is asked there is worked on until the server is disposed.</summary>
    private sealed class StuckServer : IAsyncRequestHandler, IAsyncDisposable
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RemotingServer _server;
        private int _entered;

        private StuckServer(RequestQueues queues) => _server = new RemotingServer(
            new RemotingServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), StopGrace = TimeSpan.Zero },
            new RequestDispatcher()
                .Map(RequestCode.ConsumerSendMsgBack, this, queues.SendBack)
                .Map(RequestCode.HeartBeat, this, queues.Heartbeat)
                .Map(RequestCode.EndTransaction, this, queues.EndTransaction),
            TimeProvider.System,
            NullLoggerFactory.Instance);

        public static async Task<StuckServer> StartAsync(TestBroker broker)
        {
            var stuck = new StuckServer(broker.Context.Queues);
            await stuck._server.StartAsync(TestContext.Current.CancellationToken);
            return stuck;
        }

        public async ValueTask<RemotingCommand?> HandleAsync(
            RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _entered);
            await _end.Task.WaitAsync(cancellationToken);
            return RemotingCommand.Response(ResponseCode.Success);
        }

        /// <summary>Gives every worker of a queue something to do, and queues one request more.</summary>
        public async Task<Task<RemotingCommand>> WaitBehindAsync(RequestCode code, TestBroker broker)
        {
            var queue = broker.Context.Queues.All.Single(queue => queue.Name == code switch
            {
                RequestCode.HeartBeat => "Heartbeat",
                RequestCode.EndTransaction => "EndTransaction",
                _ => "SendBack",
            });
            for (var i = 0; i < queue.Concurrency; i++)
            {
                _ = AskAsync(broker, code);
            }

            await TestBroker.EventuallyAsync(() => Volatile.Read(ref _entered) == queue.Concurrency, "every worker is busy");
            var waiting = AskAsync(broker, code);
            await TestBroker.EventuallyAsync(() => queue.Waiting == 1, "one request waits");
            return waiting;
        }

        public async ValueTask DisposeAsync()
        {
            _end.SetResult();
            await _server.DisposeAsync();
        }

        private Task<RemotingCommand> AskAsync(TestBroker broker, RequestCode code) => broker.NewClient().InvokeAsync(
            $"127.0.0.1:{_server.EndPoint.Port}", RemotingCommand.Request(code), TestBroker.Patience, CancellationToken.None).AsTask();
    }
}
