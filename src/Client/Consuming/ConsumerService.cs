using Microsoft.Extensions.Hosting;

namespace Rocketeer.Client.Consuming;

/// <summary>Runs one push consumer for as long as the host runs.</summary>
internal sealed class ConsumerService(
    RocketeerClient client,
    string topic,
    string group,
    FilterExpression filter,
    PushConsumerOptions options,
    Func<PushConsumer, CancellationToken, Task> start)
    : IHostedService
{
    private PushConsumer? _consumer;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _consumer = client.CreatePushConsumer(group, options);
        _consumer.Subscribe(topic, filter);
        await start(_consumer, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_consumer is { } consumer)
        {
            await consumer.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
