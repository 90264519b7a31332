using System.Buffers.Binary;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.DevCluster.Processes;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.DevCluster.Work;

/// <summary>A producer and a consumer at work on the cluster, built on the client SDK as an application would be.</summary>
internal sealed class DemoWorkload : IAsyncDisposable
{
    public const string Topic = "quickstart";
    public const string ConsumerGroup = "quickstart-consumer";
    private const string ProducerGroup = "quickstart-producer";
    private const string RunProperty = "run";
    private const int Queues = 4;
    private const int HeaderBytes = 2 * sizeof(long);

    private readonly RocketeerClient _client;
    private readonly Producer _producer;
    private readonly PushConsumer _consumer;
    private readonly TimeProvider _clock;
    private readonly string _run = Guid.NewGuid().ToString("N");
    private long _next;

    private DemoWorkload(RocketeerClient client, TimeProvider clock)
    {
        _client = client;
        _clock = clock;
        _producer = client.CreateProducer(ProducerGroup);
        _consumer = client.CreatePushConsumer(ConsumerGroup, new PushConsumerOptions { ConsumeFrom = ConsumeFrom.FirstOffset });
    }

    public DeliveryLedger Ledger { get; } = new();

    /// <summary>Creates the topic and starts the consumer.</summary>
    public static async Task<DemoWorkload> StartAsync(string nameServers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var client = new RocketeerClient(new RocketeerClientOptions { NameServers = nameServers });
        var workload = new DemoWorkload(client, clock);
        try
        {
            await client.Admin.CreateTopicInClusterAsync(
                LocalCluster.ClusterName, new TopicSettings { Topic = Topic, ReadQueues = Queues, WriteQueues = Queues }, cancellationToken);
            workload._consumer.Subscribe(Topic);
            await workload._consumer.StartAsync(workload.HandleAsync, cancellationToken);
            return workload;
        }
        catch
        {
            await workload.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one message and notes it when it is acknowledged.</summary>
    public async Task SendAsync(int bodyBytes, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _next);
        var body = new byte[Math.Max(HeaderBytes, bodyBytes)];
        BinaryPrimitives.WriteInt64BigEndian(body, number);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(sizeof(long)), _clock.GetTimestamp());
        var message = new Message(Topic, body) { Tag = "demo", Properties = { [RunProperty] = _run } };
        var result = await _producer.SendAsync(message, cancellationToken);
        if (result.Status == SendStatus.Stored)
        {
            Ledger.Acknowledge(number);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _consumer.DisposeAsync();
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
    }

    private ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken)
    {
        // An earlier run may have left messages in the same store; they are consumed, but they are not this run's.
        if (message.Properties.TryGetValue(RunProperty, out var run) && run == _run && message.Body.Length >= HeaderBytes)
        {
            var number = BinaryPrimitives.ReadInt64BigEndian(message.Body.Span);
            var sentAt = BinaryPrimitives.ReadInt64BigEndian(message.Body.Span[sizeof(long)..]);
            Ledger.Arrive(number, _clock.GetElapsedTime(sentAt));
        }

        return ValueTask.FromResult(ConsumeResult.Success);
    }
}
