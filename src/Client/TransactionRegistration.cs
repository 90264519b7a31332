using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Hosting;
using Rocketeer.Client.Producing.Transactions;

namespace Rocketeer.Client;

/// <summary>Adds producers of transactions to a container that has a client.</summary>
public static class TransactionRegistration
{
    /// <summary>
    /// Adds one <see cref="TransactionProducer"/>, a singleton: a keyed service by <see cref="RocketeerBuilder.KeyOf"/>, and the plain one is
    /// the last that was added to the plain client. It is made when the host starts, so that brokers can ask it from then on. Its handler comes from a
    /// scope of its own for each transaction and each check. The options are checked when the host starts.
    /// </summary>
    /// <typeparam name="THandler">Handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="group">Producer group.</param>
    /// <param name="configure">Changes the defaults; name the topics there.</param>
    public static RocketeerBuilder AddTransactionProducer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this RocketeerBuilder builder, string group, Action<TransactionProducerOptions>? configure = null)
        where THandler : class, ITransactionHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddTransactionProducerOptions(group, configure);
        var key = builder.KeyOf(group);
        var services = builder.Services;
        services.TryAddScoped<THandler>();
        services.AddKeyedSingleton(key, (provider, _) => builder.ClientOf(provider).CreateTransactionProducer(
            new ScopedTransactionHandler<THandler>(provider.GetRequiredService<IServiceScopeFactory>()),
            provider.GetRequiredService<IOptionsMonitor<TransactionProducerOptions>>().Get(key)));
        if (builder.ClientName.Length == 0)
        {
            services.AddSingleton(provider => provider.GetRequiredKeyedService<TransactionProducer>(key));
        }

        services.AddSingleton<IHostedService>(provider => new EarlyProducer(() => provider.GetRequiredKeyedService<TransactionProducer>(key)));
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
