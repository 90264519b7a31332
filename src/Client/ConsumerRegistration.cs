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
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PushConsumerOptions();
        configure?.Invoke(options);
        options.Validate();
        builder.Services.TryAddScoped<THandler>();
        builder.Services.AddSingleton<IHostedService>(provider => new ConsumerService<THandler>(
            provider.GetRequiredService<RocketeerClient>(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            topic,
            group,
            filter ?? FilterExpression.All,
            options));
        return builder;
    }
}
