using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rocketeer.Client.Hosting;

namespace Rocketeer.Client;

/// <summary>Adds producers and consumers of one client to a container. Made by <c>AddRocketeer</c>. Not thread-safe, as a container's services are not.</summary>
public sealed class RocketeerBuilder
{
    private readonly IConfiguration? _section;
    private readonly AddedGroups _groups;

    internal RocketeerBuilder(IServiceCollection services, string clientName, IConfiguration? section, AddedGroups groups)
    {
        Services = services;
        ClientName = clientName;
        _section = section;
        _groups = groups;
    }

    /// <summary>The container's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Name of the client: empty for the plain one, else the key under which the container has it.</summary>
    public string ClientName { get; }

    /// <summary>
    /// Key of a producer or consumer of this client in the container, and name of its options: the group, and for a named client
    /// <c>client/group</c>.
    /// </summary>
    /// <param name="group">Producer or consumer group.</param>
    public string KeyOf(string group) => ClientName.Length == 0 ? group : $"{ClientName}/{group}";

    /// <summary>The client that what is added belongs to.</summary>
    internal RocketeerClient ClientOf(IServiceProvider provider) => ClientName.Length == 0
        ? provider.GetRequiredService<RocketeerClient>()
        : provider.GetRequiredKeyedService<RocketeerClient>(ClientName);

    /// <summary>What was added so far.</summary>
    internal IReadOnlyList<string> GroupsOf(GroupKind kind) => _groups.Of(kind);

    /// <summary>True the first time.</summary>
    internal bool TryAddHealthChecks() => !_groups.HasHealthChecks && (_groups.HasHealthChecks = true);

    /// <summary>Takes a group, and with it the section of the configuration that is named after it; each can be added once.</summary>
    /// <returns>That section; null without a configuration.</returns>
    internal IConfigurationSection? Claim(GroupKind kind, string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        _groups.Add(kind, group);
        return _section?.GetSection(kind.ToString()).GetSection(group);
    }
}
