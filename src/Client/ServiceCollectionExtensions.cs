using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Producing;

namespace Rocketeer.Client;

/// <summary>Registers the client in a container. What the container makes it also disposes, and so drains, at shutdown.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="RocketeerClient"/> and its <see cref="AdminClient"/>, both singletons. The options are checked when the host starts.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>For adding producers.</returns>
    public static RocketeerBuilder AddRocketeer(this IServiceCollection services, Action<RocketeerClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RocketeerClientOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RocketeerClientOptions>>(new OptionsCheck<RocketeerClientOptions>(static options => options.Validate()));
        services.AddSingleton(static provider => new RocketeerClient(
            provider.GetRequiredService<IOptions<RocketeerClientOptions>>().Value, provider.GetService<ILoggerFactory>()));
        services.AddSingleton(static provider => provider.GetRequiredService<RocketeerClient>().Admin);
        return new RocketeerBuilder(services);
    }

    /// <summary>
    /// Adds one <see cref="Producer"/>, a singleton; where there are several, each is a keyed service by its group, and the plain one is the
    /// last that was added. The options are checked when the host starts.
    /// </summary>
    /// <param name="builder">What <see cref="AddRocketeer"/> returned.</param>
    /// <param name="group">Producer group.</param>
    /// <param name="configure">Changes the defaults.</param>
    public static RocketeerBuilder AddProducer(this RocketeerBuilder builder, string group, Action<ProducerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<ProducerOptions>(group).Configure(options => options.Group = group).Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProducerOptions>>(
            new OptionsCheck<ProducerOptions>(static options => options.Validate())));
        services.AddKeyedSingleton(group, (provider, _) => provider.GetRequiredService<RocketeerClient>()
            .CreateProducer(provider.GetRequiredService<IOptionsMonitor<ProducerOptions>>().Get(group)));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<Producer>(group));
        return builder;
    }

    private sealed class OptionsCheck<T>(Action<T> validate) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            try
            {
                validate(options);
                return ValidateOptionsResult.Success;
            }
            catch (OptionsValidationException faults)
            {
                return ValidateOptionsResult.Fail(faults.Failures);
            }
        }
    }
}
