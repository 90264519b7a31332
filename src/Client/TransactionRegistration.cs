using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client.Producing.Transactions;

namespace Rocketeer.Client;

/// <summary>Adds producers of transactions to a container that has a client.</summary>
public static class TransactionRegistration
{
    /// <summary>
    /// Adds one <see cref="TransactionProducer"/>, a singleton; where there are several, each is a keyed service by its group, and the plain
    /// one is the last that was added. It is made when the host starts, so that brokers can ask it from then on. Its handler comes from a
    /// scope of its own for each transaction and each check. The options are checked at once.
    /// </summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">What <see cref="ServiceCollectionExtensions.AddRocketeer"/> returned.</param>
    /// <param name="group">Producer group.</param>
    /// <param name="configure">Changes the defaults; name the topics there.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public static RocketeerBuilder AddTransactionProducer<THandler>(
        this RocketeerBuilder builder, string group, Action<TransactionProducerOptions>? configure = null)
        where THandler : class, ITransactionHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new TransactionProducerOptions { Sending = { Group = group } };
        configure?.Invoke(options);
        options.Validate();
        var services = builder.Services;
        services.TryAddScoped<THandler>();
        services.AddKeyedSingleton(group, (provider, _) => provider.GetRequiredService<RocketeerClient>().CreateTransactionProducer(
            new ScopedTransactionHandler<THandler>(provider.GetRequiredService<IServiceScopeFactory>()), options));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<TransactionProducer>(group));
        services.AddSingleton<IHostedService>(provider => new EarlyProducer(() => provider.GetRequiredKeyedService<TransactionProducer>(group)));
        return builder;
    }

    /// <summary>Makes the producer when the host starts; the container disposes it.</summary>
    private sealed class EarlyProducer(Func<TransactionProducer> make) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            make();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
