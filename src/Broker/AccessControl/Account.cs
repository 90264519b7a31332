using System.Collections.Frozen;
using System.Net;
using Rocketeer.Protocol.Messages;
using Rocketeer.Protocol.Signing;

namespace Rocketeer.Broker.AccessControl;

/// <summary>One account of the file. Immutable; never shows its secret.</summary>
internal sealed class Account
{
    /// <summary>Its name.</summary>
    public required string AccessKey { get; init; }

    /// <summary>Checks what it signs.</summary>
    public required SigningKey Key { get; init; }

    /// <summary>From these addresses its access key alone is enough for everything.</summary>
    public required AddressPattern WhiteAddress { get; init; }

    /// <summary>True for an account that may do everything.</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>Rights to topics that are not listed.</summary>
    public required Rights DefaultTopic { get; init; }

    /// <summary>Rights to groups that are not listed.</summary>
    public required Rights DefaultGroup { get; init; }

    /// <summary>Listed topics.</summary>
    public required FrozenDictionary<string, Rights> Topics { get; init; }

    /// <summary>Listed groups.</summary>
    public required FrozenDictionary<string, Rights> Groups { get; init; }

    /// <summary>Whether requests from an address are its own without a signature.</summary>
    public bool Trusts(IPAddress address) => WhiteAddress.Matches(address);

    /// <summary>Whether it may do something.</summary>
    /// <param name="kind">Topic or group.</param>
    /// <param name="name">Name of the topic or group.</param>
    /// <param name="need">What is wanted.</param>
    public bool May(ResourceKind kind, string name, Rights need)
    {
        if (IsAdmin)
        {
            return true;
        }

        var owned = kind == ResourceKind.Group ? OfGroup(name)
            : name.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal) ? OfGroup(name.AsSpan(TopicNames.RetryPrefix.Length))
            : Topics.GetValueOrDefault(name, DefaultTopic);
        if ((owned & Rights.Deny) != 0)
        {
            return false;
        }

        return (owned & (need == Rights.Any ? Rights.Pub | Rights.Sub : need)) != 0;
    }

    /// <summary>Its name, and nothing else.</summary>
    public override string ToString() => AccessKey;

    private Rights OfGroup(ReadOnlySpan<char> name) =>
        Groups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var listed) ? listed : DefaultGroup;
}
