using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

/// <summary>Listeners hear the whole process, so topics and groups here are nobody else's.</summary>
public sealed class ConsumerDiagnosticsTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static readonly MessageQueue Queue = new("traced", "broker-a", 0);

    [Fact]
    public void A_message_carries_the_span_that_it_is_sent_in_and_keeps_a_context_that_it_has()
    {
        using var listener = Listen(_ => { });
        using var span = ClientInstruments.StartSend("traced", "p");
        span!.TraceStateString = "vendor=1";

        var properties = MessageProperties.Parse(MessageEncoder.Properties(new Message("traced", new byte[1]), "id"));
        var carried = MessageProperties.Parse(
            MessageEncoder.Properties(new Message("traced", new byte[1]) { Properties = { ["traceparent"] = Parent } }, "id"));

        Assert.Equal((span.Id, "vendor=1"), (properties["traceparent"], properties["tracestate"]));
        Assert.Equal(Parent, carried["traceparent"]);
    }

    [Fact]
    public async Task A_handler_runs_in_a_span_that_continues_the_senders_trace_and_tells_of_its_failure()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans.Enqueue);
        var cluster = new MemoryCluster().WithTopic("traced", 1);
        cluster.Add(Queue).Properties["traceparent"] = Parent;
        var inHandler = new TaskCompletionSource<string?>();
        await using var consumer = Consumer(cluster, "tracing");
        await consumer.StartAsync((_, _) =>
        {
            inHandler.TrySetResult(Activity.Current?.TraceId.ToHexString());
            return new(ConsumeResult.RetryLater);
        }, TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(() => Named("process traced").Any(), "the span of the handler");

        var process = Named("process traced").First();
        Assert.Equal(Parent[3..35], await inHandler.Task);
        Assert.Equal(Parent[36..52], process.ParentSpanId.ToHexString());
        Assert.Equal((ActivityKind.Consumer, ActivityStatusCode.Error), (process.Kind, process.Status));
        Assert.Equal("rocketmq", process.GetTagItem("messaging.system"));
        Assert.Equal("tracing", process.GetTagItem("messaging.consumer.group.name"));
        var receive = Named("receive traced").First();
        Assert.Equal(Parent[3..35], Assert.Single(receive.Links).Context.TraceId.ToHexString());

        IEnumerable<Activity> Named(string name) => spans.Where(span => span.OperationName == name);
    }

    [Fact]
    public async Task Deliveries_durations_and_lag_are_measured()
    {
        var deliveries = 0L;
        var durations = 0;
        var lag = -1L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ClientInstruments.Name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (IsOurs(tags))
            {
                _ = instrument.Name switch
                {
                    "messaging.client.consumed.messages" => Interlocked.Add(ref deliveries, value),
                    "rocketeer.client.consumer.lag" => Interlocked.Exchange(ref lag, value),
                    _ => 0,
                };
            }
        });
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (instrument.Name == "messaging.process.duration" && IsOurs(tags))
            {
                Interlocked.Increment(ref durations);
            }
        });
        listener.Start();
        var hold = new TaskCompletionSource();
        var cluster = new MemoryCluster().WithTopic("measured", 1, 5);
        await using var consumer = Consumer(cluster, "measuring", "measured");
        await consumer.StartAsync(async (message, _) =>
        {
            if (message.QueueOffset >= 3)
            {
                await hold.Task;
            }

            return ConsumeResult.Success;
        }, TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return Volatile.Read(ref lag) == 2 && Interlocked.Read(ref deliveries) == 3 && Volatile.Read(ref durations) == 3;
            },
            "three handled, two behind");
        hold.SetResult();
        await Eventually.HoldsAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return Volatile.Read(ref lag) == 0 && Interlocked.Read(ref deliveries) == 5;
            },
            "all handled");

        static bool IsOurs(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "messaging.destination.name" && tag.Value is "measured")
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static PushConsumer Consumer(MemoryCluster cluster, string group, string topic = "traced")
    {
        var consumer = new PushConsumer(group, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset }, cluster.Client("c0"));
        consumer.Subscribe(topic);
        return consumer;
    }

    private static ActivityListener Listen(Action<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClientInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
