using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client.Consuming;

namespace Rocketeer.Client;

/// <summary>Adds consumers to a container that has a client.</summary>
public static class ConsumerRegistration
{
    /// <summary>
    /// Adds a push consumer that starts and stops with the host and hands each message to a handler from a scope of its own. The options
    /// are checked at once.
    /// </summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">What <see cref="ServiceCollectionExtensions.AddRocketeer"/> returned.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; one consumer of a group per client.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public static RocketeerBuilder AddConsumer<THandler>(
        this RocketeerBuilder builder, string topic, string group, FilterExpression? filter = null, Action<PushConsumerOptions>? configure = null)
        where THandler : class, IMessageHandler
    {
        builder.AddService<THandler>(
            topic,
            group,
            filter,
            configure,
            static (consumer, scopes, token) => consumer.StartAsync(
                (message, handling) => scopes.CallAsync<THandler, ConsumeResult>((handler, token) => handler.HandleAsync(message, token), handling),
                token));
        return builder;
    }

    /// <summary>As <see cref="AddConsumer"/>, in order: the messages of one queue one after the other.</summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">What <see cref="ServiceCollectionExtensions.AddRocketeer"/> returned.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; one consumer of a group per client.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public static RocketeerBuilder AddOrderedConsumer<THandler>(
        this RocketeerBuilder builder, string topic, string group, FilterExpression? filter = null, Action<PushConsumerOptions>? configure = null)
        where THandler : class, IOrderedMessageHandler
    {
        builder.AddService<THandler>(
            topic,
            group,
            filter,
            configure,
            static (consumer, scopes, token) => consumer.StartOrderlyAsync(
                (message, handling) => scopes.CallAsync<THandler, OrderedResult>((handler, token) => handler.HandleAsync(message, token), handling),
                token));
        return builder;
    }

    private static void AddService<THandler>(
        this RocketeerBuilder builder,
        string topic,
        string group,
        FilterExpression? filter,
        Action<PushConsumerOptions>? configure,
        Func<PushConsumer, IServiceScopeFactory, CancellationToken, Task> start)
        where THandler : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PushConsumerOptions();
        configure?.Invoke(options);
        options.Validate();
        builder.Services.TryAddScoped<THandler>();
        builder.Services.AddSingleton<IHostedService>(provider => new ConsumerService(
            provider.GetRequiredService<RocketeerClient>(),
            topic,
            group,
            filter ?? FilterExpression.All,
            options,
            (consumer, token) => start(consumer, provider.GetRequiredService<IServiceScopeFactory>(), token)));
    }

    /// <summary>Calls a handler from a scope of its own.</summary>
    private static async ValueTask<TResult> CallAsync<THandler, TResult>(
        this IServiceScopeFactory scopes, Func<THandler, CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken)
        where THandler : class
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await call(scope.ServiceProvider.GetRequiredService<THandler>(), cancellationToken).ConfigureAwait(false);
        }
    }
}
