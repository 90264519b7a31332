using System.Collections.Concurrent;
using Rocketeer.Client.Routing;

namespace Rocketeer.Client.Groups;

/// <summary>The producers and consumers of one client. Thread-safe.</summary>
internal sealed class GroupRegistry
{
    private readonly ConcurrentDictionary<(GroupRole Role, string Group), IGroupMember> _members = new();

    /// <summary>True if there is a consumer, which makes heartbeats go to slaves too.</summary>
    public bool HasConsumers => _members.Keys.Any(key => key.Role == GroupRole.Consumer);

    /// <summary>Who is registered now.</summary>
    public IEnumerable<IGroupMember> Members => _members.Values;

    /// <summary>Adds a member.</summary>
    /// <exception cref="InvalidOperationException">The client has a member of this role and group already.</exception>
    public void Add(IGroupMember member)
    {
        if (!_members.TryAdd((member.Role, member.Group), member))
        {
            throw new InvalidOperationException(
                $"This client already has a {member.Role.ToString().ToLowerInvariant()} of group '{member.Group}'; use that one, or another client object.");
        }
    }

    /// <summary>Removes a member; another one of the same group stays.</summary>
    /// <returns>False if it was not registered.</returns>
    public bool Remove(IGroupMember member) =>
        _members.TryRemove(new KeyValuePair<(GroupRole, string), IGroupMember>((member.Role, member.Group), member));

    /// <summary>The member of a role and group, or <see langword="null"/>.</summary>
    public IGroupMember? Find(GroupRole role, string group) => _members.GetValueOrDefault((role, group));

    /// <summary>Tells everyone of a new route.</summary>
    public void AnnounceRoute(TopicRoute route)
    {
        foreach (var member in _members.Values)
        {
            member.RouteChanged(route);
        }
    }
}
