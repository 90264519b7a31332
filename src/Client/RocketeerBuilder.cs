using Microsoft.Extensions.DependencyInjection;

namespace Rocketeer.Client;

/// <summary>Adds producers and consumers to a container that has a client.</summary>
/// <param name="services">The container's services.</param>
public sealed class RocketeerBuilder(IServiceCollection services)
{
    /// <summary>The container's services.</summary>
    public IServiceCollection Services { get; } = services;
}
