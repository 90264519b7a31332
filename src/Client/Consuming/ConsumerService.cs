using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Runs one push consumer for as long as the host runs, with a scope of the container per message.</summary>
/// <typeparam name="THandler">Handler, made anew for each message.</typeparam>
internal sealed class ConsumerService<THandler>(
    RocketeerClient client, IServiceScopeFactory scopes, string topic, string group, FilterExpression filter, PushConsumerOptions options)
    : IHostedService
    where THandler : class, IMessageHandler
{
    private PushConsumer? _consumer;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _consumer = client.CreatePushConsumer(group, options);
        _consumer.Subscribe(topic, filter);
        await _consumer.StartAsync(HandleAsync, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_consumer is { } consumer)
        {
            await consumer.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }
}
