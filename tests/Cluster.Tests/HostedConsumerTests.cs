using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class HostedConsumerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_registered_handler_gets_each_message_in_a_scope_of_its_own()
    {
        var topic = await fixture.NewTopicAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Log>().AddScoped<Unit>();
        builder.Services.AddRocketeer(options => options.NameServers = fixture.Cluster.NameServers)
            .AddProducer("hosted-producer")
            .AddConsumer<Handler>(topic, ClusterFixture.NewName("group"), "A || B", options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        using var host = builder.Build();
        var log = host.Services.GetRequiredService<Log>();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var producer = host.Services.GetRequiredService<Producer>();
        foreach (var (text, tag) in new[] { ("1", "A"), ("2", "B"), ("3", "C"), ("4", "A") })
        {
            await producer.SendAsync(ClusterFixture.Text(topic, text, tag));
        }

        await Eventually.HoldsAsync(() => log.Handled.Count >= 3 && log.Disposed.Count >= 3, () => $"{log.Handled.Count} messages were handled");
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["1", "2", "4"], log.Handled.Select(handled => handled.Text).Order());
        Assert.Equal(3, log.Handled.Select(handled => handled.Unit).Distinct().Count());
        Assert.Equal(log.Handled.Select(handled => handled.Unit).Order(), log.Disposed.Order());
    }

    private sealed class Log
    {
        public ConcurrentQueue<(string Text, Guid Unit)> Handled { get; } = new();

        public ConcurrentQueue<Guid> Disposed { get; } = new();
    }

    private sealed class Unit(Log log) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => log.Disposed.Enqueue(Id);
    }

    private sealed class Handler(Log log, Unit unit) : IMessageHandler
    {
        public ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken)
        {
            log.Handled.Enqueue((Inbox.TextOf(message), unit.Id));
            return ValueTask.FromResult(ConsumeResult.Success);
        }
    }
}
