using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Tests.Consuming;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.TestKit;

namespace Rocketeer.Client.Tests.Hosting;

public sealed class HealthCheckTests
{
    private static readonly MessageQueue Queue = new("orders", "broker-a", 0);

    [Fact]
    public async Task A_client_whose_name_server_and_brokers_answer_is_healthy()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "broker-a", "broker-b");
        await using var provider = Provider(cluster.NameServer.Address);
        await SendAsync(provider, cluster);

        var report = await CheckAsync(provider);

        Assert.Equal((HealthStatus.Healthy, 2), (report.Status, report.Data["brokers"]));
        Assert.Contains("live", report.Tags);
    }

    [Fact]
    public async Task A_client_is_degraded_while_some_broker_is_silent_and_fails_when_all_are()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "broker-a", "broker-b");
        await using var provider = Provider(cluster.NameServer.Address);
        await SendAsync(provider, cluster);
        var heartbeats = provider.GetRequiredService<RocketeerClient>().Heartbeats;

        cluster.Brokers["broker-a"].OnEach(RequestCode.HeartBeat, ResponseCode.SystemError);
        await heartbeats.SendAsync(TestContext.Current.CancellationToken);
        var some = await CheckAsync(provider);
        cluster.Brokers["broker-b"].OnEach(RequestCode.HeartBeat, ResponseCode.SystemError);
        await heartbeats.SendAsync(TestContext.Current.CancellationToken);
        var all = await CheckAsync(provider);

        Assert.Equal((HealthStatus.Degraded, HealthStatus.Unhealthy), (some.Status, all.Status));
        Assert.Contains(cluster.Brokers["broker-a"].Address, some.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_name_servers_is_degraded_as_long_as_brokers_answer()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "broker-a");
        await using var provider = Provider(cluster.NameServer.Address);
        await SendAsync(provider, cluster);

        await cluster.NameServer.DisposeAsync();

        var report = await CheckAsync(provider);
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains(cluster.NameServer.Address, report.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_reaches_nobody_fails()
    {
        var server = await FakeServer.StartAsync();
        await server.DisposeAsync();
        await using var provider = Provider(server.Address);

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(provider)).Status);
    }

    [Fact]
    public async Task A_consumer_that_has_not_started_or_was_stopped_fails_and_a_running_one_names_missing_routes()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "broker-a");
        cluster.RemoveTopic("T");
        await using var provider = Provider(cluster.NameServer.Address, builder => builder.AddConsumer<Nothing>("T", "CG"));
        var host = provider.GetServices<IHostedService>().OfType<ConsumerService>().Single();

        var before = await CheckAsync(provider, "rocketeer:consumer:CG");
        await host.StartAsync(TestContext.Current.CancellationToken);
        var running = await CheckAsync(provider, "rocketeer:consumer:CG");
        var client = await CheckAsync(provider);
        await host.StopAsync(TestContext.Current.CancellationToken);
        var after = await CheckAsync(provider, "rocketeer:consumer:CG");

        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Healthy, HealthStatus.Unhealthy), (before.Status, running.Status, after.Status));
        Assert.Contains("no queue", running.Description, StringComparison.Ordinal);
        Assert.Contains("No route to T", client.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_whose_pulls_fail_for_two_minutes_stands_still_unless_it_is_paused()
    {
        var clock = new FakeTimeProvider();
        var cluster = new MemoryCluster { Clock = clock, OnPull = _ => throw new BrokerUnreachableException("nobody there") }.WithTopic("orders", 1);
        await using var consumer = Consumer(cluster);
        await consumer.StartAsync((_, _) => new(ConsumeResult.Success), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => !cluster.Pulls.IsEmpty, "a pull");

        Assert.Empty(consumer.Progress!.Stalled);
        clock.Advance(TimeSpan.FromSeconds(121));

        Assert.Contains("no answer to a pull", Assert.Single(consumer.Progress.Stalled), StringComparison.Ordinal);
        consumer.Pause();
        Assert.Empty(consumer.Progress.Stalled);
    }

    [Fact]
    public async Task A_handler_that_hangs_beyond_the_consume_timeout_makes_its_consumer_stand_still()
    {
        var clock = new FakeTimeProvider();
        var cluster = new MemoryCluster { Clock = clock }.WithTopic("orders", 1, 2);
        var called = new TaskCompletionSource();
        var hang = new TaskCompletionSource();
        using var directory = new TempDirectory();

        // Broadcasting, where no lock runs out when the clock is moved in one step.
        await using var consumer = Consumer(
            cluster, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset, Model = MessageModel.Broadcasting, OffsetDirectory = directory.Path });
        await consumer.StartOrderlyAsync(async (_, _) =>
        {
            called.TrySetResult();
            await hang.Task;
            return OrderedResult.Success;
        }, TestContext.Current.CancellationToken);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        var before = consumer.Progress!;
        clock.Advance(TimeSpan.FromMinutes(16));
        var after = consumer.Progress!;
        hang.SetResult();   // before anything can fail: a consumer waits for its handlers, here by a clock that stands

        Assert.Empty(before.Stalled);
        Assert.Contains(after.Stalled, fault => fault.Contains("no handler took one", StringComparison.Ordinal));
        Assert.Equal((1, 2), (after.Queues, after.Waiting));
    }

    [Fact]
    public void The_checks_of_a_client_can_be_added_once() =>
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRocketeer().AddHealthChecks().AddHealthChecks());

    private static ServiceProvider Provider(string nameServer, Action<RocketeerBuilder>? add = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        var builder = services.AddRocketeer(options => options.NameServers = nameServer).AddHealthChecks(tags: ["live"]).AddProducer("PG");
        add?.Invoke(builder);
        return services.BuildServiceProvider();
    }

    /// <summary>Makes the client know its brokers, and they the client.</summary>
    private static async Task SendAsync(ServiceProvider provider, FakeCluster cluster)
    {
        await provider.GetRequiredService<Producer>().SendAsync(new Message("T", new byte[1]), TestContext.Current.CancellationToken);
        await provider.GetRequiredService<RocketeerClient>().Heartbeats.SendAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(cluster.Brokers);
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider provider, string name = "rocketeer") =>
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries[name];

    private static PushConsumer Consumer(MemoryCluster cluster, PushConsumerOptions? options = null)
    {
        var consumer = new PushConsumer("g", options ?? new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client("c0"));
        consumer.Subscribe(Queue.Topic);
        return consumer;
    }

    private sealed class Nothing : IMessageHandler
    {
        public ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken) => new(ConsumeResult.Success);
    }
}
