using System.Collections.Concurrent;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing.Transactions;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

/// <summary>A message's way from producer to consumer, as the trace topic of a broker tells it.</summary>
public sealed class MessageTraceTests
{
    private readonly ConcurrentQueue<TraceRecord> _records = new();

    [Fact]
    public async Task The_trace_tells_who_sent_a_message_and_who_handled_it_with_what_result()
    {
        await using var cluster = await InProcessCluster.StartAsync(options => options.TraceTopicEnable = true);
        await using var client = cluster.CreateClient();
        await using var observer = await ObserveAsync(client);
        await using var producer = client.CreateProducer("traced-producer", options => options.Trace.Enabled = true);
        var result = await producer.SendAsync(new Message("traced", "hello"u8.ToArray()) { Keys = ["order-1"], Tag = "paid" });

        await using var concurrent = client.CreatePushConsumer("concurrent", Traced);
        concurrent.Subscribe("traced");
        await concurrent.StartAsync((_, _) => ValueTask.FromResult(ConsumeResult.Success));
        await using var ordered = client.CreatePushConsumer("ordered", Traced);
        ordered.Subscribe("traced");
        await ordered.StartOrderlyAsync((message, _) =>
            message.ReconsumeTimes > 0 ? ValueTask.FromResult(OrderedResult.Success) : throw new InvalidOperationException("not yet"));

        await Eventually.HoldsAsync(() => Ends().Count == 3, () => $"{_records.Count} records");
        var sent = Assert.Single(_records.OfType<SendTrace>());
        Assert.Equal(
            (result.MessageId, result.OffsetMessageId, "order-1", "paid", "traced", cluster.BrokerAddress, true),
            (sent.MessageId, sent.OffsetMessageId, sent.Keys, sent.Tag, sent.Topic, sent.BrokerAddress, sent.Succeeded));
        var begun = _records.OfType<HandlingBeginTrace>().ToDictionary(record => record.RequestId);
        Assert.All(Ends(), record => Assert.Equal(result.MessageId, record.MessageId));
        Assert.Equal(
            [("concurrent", 0, HandlingEnd.Succeeded, true), ("ordered", 0, HandlingEnd.Threw, false), ("ordered", 1, HandlingEnd.Succeeded, true)],
            Ends().Select(end => (begun[end.RequestId].Group, begun[end.RequestId].RetryTimes, end.End, end.Succeeded)).Order());
    }

    [Fact]
    public async Task A_half_message_is_traced_as_such_and_found_by_its_key()
    {
        await using var cluster = await InProcessCluster.StartAsync(options => options.TraceTopicEnable = true);
        await using var client = cluster.CreateClient();
        await using var observer = await ObserveAsync(client);
        await using var producer = client.CreateTransactionProducer("traced-transactions", new Committing(), options => options.Sending.Trace.Enabled = true);

        var result = await producer.SendInTransactionAsync(new Message("traced", "hello"u8.ToArray()) { Keys = ["order-2"] });

        await Eventually.HoldsAsync(() => !_records.IsEmpty, () => "no record");
        var record = Assert.IsType<SendTrace>(Assert.Single(_records));
        Assert.Equal((TracedMessageKind.Half, result.Sent.MessageId), (record.Kind, record.MessageId));
        await Eventually.HoldsAsync(
            async () => (await client.Admin.QueryByKeyAsync(TopicNames.Trace, "order-2", 10)).Count == 1, () => "not found by its key");
    }

    private List<HandlingEndTrace> Ends() => [.. _records.OfType<HandlingEndTrace>()];

    private static void Traced(PushConsumerOptions options)
    {
        options.ConsumeFrom = ConsumeFrom.FirstOffset;
        options.SuspendTime = TimeSpan.FromMilliseconds(10);
        options.Trace.Enabled = true;
    }

    private async Task<PushConsumer> ObserveAsync(RocketeerClient client)
    {
        var observer = client.CreatePushConsumer("observer", options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        observer.Subscribe(TopicNames.Trace);
        await observer.StartAsync((message, _) =>
        {
            foreach (var record in TraceCodec.Decode(message.Body.Span))
            {
                _records.Enqueue(record);
            }

            return ValueTask.FromResult(ConsumeResult.Success);
        });
        return observer;
    }

    private sealed class Committing : ITransactionHandler
    {
        public ValueTask<TransactionOutcome> ExecuteAsync(Message message, string transactionId, object? argument, CancellationToken cancellationToken) =>
            ValueTask.FromResult(TransactionOutcome.Commit);

        public ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken) =>
            ValueTask.FromResult(TransactionOutcome.Commit);
    }
}
