using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Hosting;
using Rocketeer.Client.Serialization;

namespace Rocketeer.Client;

/// <summary>Adds consumers to a container that has a client. Each starts and stops with the host; its options are checked when the host starts.</summary>
public static class ConsumerRegistration
{
    /// <summary>Adds a push consumer that hands each message to a handler from a scope of its own.</summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; one consumer of a group per client.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="configure">Changes the defaults, and what the configuration says.</param>
    public static RocketeerBuilder AddConsumer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this RocketeerBuilder builder, string topic, string group, FilterExpression? filter = null, Action<PushConsumerOptions>? configure = null)
        where THandler : class, IMessageHandler =>
        builder.AddService<THandler>(
            topic,
            group,
            filter,
            configure,
            static (consumer, _, scopes, token) => consumer.StartAsync(
                (message, handling) => scopes.CallAsync<THandler, ConsumeResult>((handler, token) => handler.HandleAsync(message, token), handling),
                token));

    /// <summary>
    /// As <see cref="AddConsumer{THandler}"/>, for a handler of values that the client's serializer reads from the bodies. A body that it
    /// cannot read fails like a handler that throws: the message is delivered again later and in the end becomes a dead letter.
    /// </summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <typeparam name="TValue">What the bodies hold.</typeparam>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; one consumer of a group per client.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="configure">Changes the defaults, and what the configuration says.</param>
    public static RocketeerBuilder AddConsumer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TValue>(
        this RocketeerBuilder builder, string topic, string group, FilterExpression? filter = null, Action<PushConsumerOptions>? configure = null)
        where THandler : class, IMessageHandler<TValue> =>
        builder.AddService<THandler>(
            topic,
            group,
            filter,
            configure,
            static (consumer, serializer, scopes, token) => consumer.StartAsync(
                (message, handling) =>
                {
                    var value = serializer.Read<TValue>(message);
                    return scopes.CallAsync<THandler, ConsumeResult>((handler, token) => handler.HandleAsync(value, message, token), handling);
                },
                token));

    /// <summary>As <see cref="AddConsumer{THandler}"/>, in order: the messages of one queue one after the other.</summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; one consumer of a group per client.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="configure">Changes the defaults, and what the configuration says.</param>
    public static RocketeerBuilder AddOrderedConsumer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this RocketeerBuilder builder, string topic, string group, FilterExpression? filter = null, Action<PushConsumerOptions>? configure = null)
        where THandler : class, IOrderedMessageHandler =>
        builder.AddService<THandler>(
            topic,
            group,
            filter,
            configure,
            static (consumer, _, scopes, token) => consumer.StartOrderlyAsync(
                (message, handling) => scopes.CallAsync<THandler, OrderedResult>((handler, token) => handler.HandleAsync(message, token), handling),
                token));

    /// <summary>
    /// As <see cref="AddOrderedConsumer{THandler}"/>, for a handler of values that the client's serializer reads from the bodies. A body that
    /// it cannot read holds its queue like a handler that throws, for ever unless <see cref="PushConsumerOptions.MaxReconsumeTimes"/> is
    /// set; then it becomes a dead letter and the queue goes on.
    /// </summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <typeparam name="TValue">What the bodies hold.</typeparam>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="group">Consumer group; one consumer of a group per client.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="configure">Changes the defaults, and what the configuration says.</param>
    public static RocketeerBuilder AddOrderedConsumer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TValue>(
        this RocketeerBuilder builder, string topic, string group, FilterExpression? filter = null, Action<PushConsumerOptions>? configure = null)
        where THandler : class, IOrderedMessageHandler<TValue> =>
        builder.AddService<THandler>(
            topic,
            group,
            filter,
            configure,
            static (consumer, serializer, scopes, token) => consumer.StartOrderlyAsync(
                (message, handling) =>
                {
                    var value = serializer.Read<TValue>(message);
                    return scopes.CallAsync<THandler, OrderedResult>((handler, token) => handler.HandleAsync(value, message, token), handling);
                },
                token));

    private static RocketeerBuilder AddService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this RocketeerBuilder builder,
        string topic,
        string group,
        FilterExpression? filter,
        Action<PushConsumerOptions>? configure,
        Func<PushConsumer, IMessageSerializer, IServiceScopeFactory, CancellationToken, Task> start)
        where THandler : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(topic);
        builder.AddConsumerOptions(topic, group, configure);
        var key = builder.KeyOf(group);
        builder.Services.TryAddScoped<THandler>();
        builder.Services.AddKeyedSingleton(key, (provider, _) => new ConsumerService(
            builder.ClientOf(provider),
            topic,
            group,
            filter ?? FilterExpression.All,
            provider.GetRequiredService<IOptionsMonitor<PushConsumerOptions>>().Get(key),
            (consumer, serializer, token) => start(consumer, serializer, provider.GetRequiredService<IServiceScopeFactory>(), token)));
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ConsumerService>(key));
        return builder;
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
