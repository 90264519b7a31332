using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class TypedConsumerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Values_reach_a_hosted_handler_in_the_senders_trace_and_what_cannot_be_read_becomes_a_dead_letter()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClientInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var topic = await fixture.NewTopicAsync();
        var group = ClusterFixture.NewName("group");
        using var host = Build(builder => builder.AddConsumer<Handler, Order>(
            topic, group, configure: options => (options.ConsumeFrom, options.MaxReconsumeTimes) = (ConsumeFrom.FirstOffset, 1)));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var producer = host.Services.GetRequiredService<Producer>();

        await producer.SendAsync(ClusterFixture.Text(topic, "no JSON"));
        await producer.SendAsync(topic, new Order("4711", 1250));

        var handled = host.Services.GetRequiredService<ConcurrentQueue<(Order Order, string? Trace)>>();
        var dead = new MessageQueue(TopicNames.DeadLetterOf(group), "broker-a", 0);
        await Eventually.HoldsAsync(
            async () => (await fixture.Admin.GetTopicsAsync()).Contains(dead.Topic) && await fixture.Admin.GetMaxOffsetAsync(dead) == 1 && !handled.IsEmpty,
            () => $"{handled.Count} values were handled");
        await host.StopAsync(TestContext.Current.CancellationToken);
        var (order, trace) = Assert.Single(handled);
        Assert.Equal(new Order("4711", 1250), order);
        Assert.Contains(spans, span => span.OperationName == $"send {topic}" && span.TraceId.ToHexString() == trace);
        Assert.Contains(spans, span => span.OperationName == $"process {topic}" && span.TraceId.ToHexString() == trace);
        Assert.Contains(spans, span => Equals(span.GetTagItem("error.type"), "MessageFormatException"));
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_leaves_an_ordered_queue_after_its_last_attempt()
    {
        var topic = await fixture.NewTopicAsync(queues: 1);
        var group = ClusterFixture.NewName("group");
        using var host = Build(builder => builder.AddOrderedConsumer<Handler, Order>(topic, group, configure: options =>
        {
            options.ConsumeFrom = ConsumeFrom.FirstOffset;
            options.MaxReconsumeTimes = 1;
            options.SuspendTime = TimeSpan.FromMilliseconds(10);
        }));
        var producer = host.Services.GetRequiredService<Producer>();
        await producer.SendAsync(ClusterFixture.Text(topic, "no JSON"));
        await producer.SendAsync(topic, new Order("1", 1));

        await host.StartAsync(TestContext.Current.CancellationToken);

        var handled = host.Services.GetRequiredService<ConcurrentQueue<(Order Order, string? Trace)>>();
        await Eventually.HoldsAsync(() => handled.Any(value => value.Order.Number == "1"), () => "the queue did not go on");
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private IHost Build(Action<RocketeerBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ConcurrentQueue<(Order Order, string? Trace)>>();
        add(builder.Services.AddRocketeer(options => options.NameServers = fixture.Cluster.NameServers).AddProducer("typed-producer"));
        return builder.Build();
    }

    private sealed record Order(string Number, int Cents);

    private sealed class Handler(ConcurrentQueue<(Order Order, string? Trace)> handled) : IMessageHandler<Order>, IOrderedMessageHandler<Order>
    {
        ValueTask<ConsumeResult> IMessageHandler<Order>.HandleAsync(Order value, MessageExt message, CancellationToken cancellationToken)
        {
            handled.Enqueue((value, Activity.Current?.TraceId.ToHexString()));
            return new(ConsumeResult.Success);
        }

        ValueTask<OrderedResult> IOrderedMessageHandler<Order>.HandleAsync(Order value, MessageExt message, CancellationToken cancellationToken)
        {
            handled.Enqueue((value, null));
            return new(OrderedResult.Success);
        }
    }
}
