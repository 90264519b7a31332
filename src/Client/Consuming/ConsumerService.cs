using Microsoft.Extensions.Hosting;
using Rocketeer.Client.Serialization;

namespace Rocketeer.Client.Consuming;

/// <summary>Runs one push consumer for as long as the host runs.</summary>
internal sealed class ConsumerService(
    RocketeerClient client,
    string topic,
    string group,
    FilterExpression filter,
    PushConsumerOptions options,
    Func<PushConsumer, IMessageSerializer, CancellationToken, Task> start)
    : IHostedService
{
    private PushConsumer? _consumer;

    /// <summary>What runs; null before the start.</summary>
    public PushConsumer? Consumer => _consumer;

    /// <summary>Name of the consumer group.</summary>
    public string Group => group;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _consumer = client.CreatePushConsumer(group, options);
        _consumer.Subscribe(topic, filter);
        await start(_consumer, client.Serializer, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_consumer is { } consumer)
        {
            await consumer.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
