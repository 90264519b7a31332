using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Hosting;
using Rocketeer.Client.Producing;

namespace Rocketeer.Client;

/// <summary>Registers clients in a container. What the container makes it also disposes, and so drains, at shutdown.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="RocketeerClient"/> and its <see cref="AdminClient"/>, both singletons. The options are checked when the host
    /// starts. Calling it again adds to the same client.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>For adding producers and consumers.</returns>
    public static RocketeerBuilder AddRocketeer(this IServiceCollection services, Action<RocketeerClientOptions>? configure = null) =>
        Add(services, Options.DefaultName, null, configure);

    /// <summary>
    /// As <see cref="AddRocketeer(IServiceCollection, Action{RocketeerClientOptions})"/>, with settings from a configuration: those of the
    /// client by the names of <see cref="RocketeerClientOptions"/>, those of what is added in the sections <c>Producers</c>,
    /// <c>TransactionProducers</c> and <c>Consumers</c>, each by its group. A key that is no setting, or is for a group that nobody added,
    /// keeps the host from starting.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="section">Section of the configuration, usually <c>Rocketeer</c>.</param>
    /// <param name="configure">Changes what the section says.</param>
    /// <returns>For adding producers and consumers.</returns>
    public static RocketeerBuilder AddRocketeer(
        this IServiceCollection services, IConfiguration section, Action<RocketeerClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, Options.DefaultName, section, configure);
    }

    /// <summary>
    /// Adds a client of another cluster: a keyed service by its name, as its <see cref="AdminClient"/> is. What is added to it is keyed
    /// <c>name/group</c>.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="name">Name of the client, not empty.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>For adding producers and consumers.</returns>
    public static RocketeerBuilder AddRocketeer(this IServiceCollection services, string name, Action<RocketeerClientOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(services, name, null, configure);
    }

    /// <summary>As <see cref="AddRocketeer(IServiceCollection, string, Action{RocketeerClientOptions})"/>, with settings from a configuration.</summary>
    /// <param name="services">Services.</param>
    /// <param name="name">Name of the client, not empty.</param>
    /// <param name="section">Section of the configuration.</param>
    /// <param name="configure">Changes what the section says.</param>
    /// <returns>For adding producers and consumers.</returns>
    public static RocketeerBuilder AddRocketeer(
        this IServiceCollection services, string name, IConfiguration section, Action<RocketeerClientOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, name, section, configure);
    }

    /// <summary>
    /// Adds one <see cref="Producer"/>, a singleton: a keyed service by <see cref="RocketeerBuilder.KeyOf"/>, and the plain one is the last
    /// that was added to the plain client. The options are checked when the host starts.
    /// </summary>
    /// <param name="builder">What <c>AddRocketeer</c> returned.</param>
    /// <param name="group">Producer group; one producer of a group per client.</param>
    /// <param name="configure">Changes the defaults, and what the configuration says.</param>
    public static RocketeerBuilder AddProducer(this RocketeerBuilder builder, string group, Action<ProducerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddProducerOptions(group, configure);
        var key = builder.KeyOf(group);
        builder.Services.AddKeyedSingleton(key, (provider, _) => builder.ClientOf(provider)
            .CreateProducer(provider.GetRequiredService<IOptionsMonitor<ProducerOptions>>().Get(key)));
        if (builder.ClientName.Length == 0)
        {
            builder.Services.AddSingleton(provider => provider.GetRequiredKeyedService<Producer>(key));
        }

        return builder;
    }

    private static RocketeerBuilder Add(
        IServiceCollection services, string name, IConfiguration? section, Action<RocketeerClientOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var groups = services.Where(service => service.IsKeyedService && name.Equals(service.ServiceKey))
            .Select(service => service.KeyedImplementationInstance).OfType<AddedGroups>().FirstOrDefault();
        if (groups is null)
        {
            groups = new AddedGroups();
            services.AddKeyedSingleton(name, groups);
        }

        services.AddClientOptions(name, section, groups, configure);
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => CreateClient(provider, name));
            services.TryAddSingleton(static provider => provider.GetRequiredService<RocketeerClient>().Admin);
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => CreateClient(provider, name));
            services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<RocketeerClient>(name).Admin);
        }

        return new RocketeerBuilder(services, name, section, groups);
    }

    private static RocketeerClient CreateClient(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<IOptionsMonitor<RocketeerClientOptions>>().Get(name), provider.GetService<ILoggerFactory>());
}
