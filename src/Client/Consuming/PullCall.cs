using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>One pull request.</summary>
internal readonly record struct PullCall
{
    /// <summary>Group that pulls.</summary>
    public required string Group { get; init; }

    /// <summary>Queue to read.</summary>
    public required MessageQueue Queue { get; init; }

    /// <summary>First offset wanted.</summary>
    public required long Offset { get; init; }

    /// <summary>Most messages wanted.</summary>
    public required int MaxMessages { get; init; }

    /// <summary>Which messages.</summary>
    public required FilterExpression Filter { get; init; }

    /// <summary>Version of the group's subscription, 0 to let the broker take any.</summary>
    public long SubscriptionVersion { get; init; }

    /// <summary>True sends the filter with the request instead of relying on the heartbeat.</summary>
    public bool InlineFilter { get; init; }

    /// <summary>Id of the process of the broker to ask; any other is asked when it is gone.</summary>
    public long BrokerId { get; init; }

    /// <summary>Offset to commit on the way; only a master takes it.</summary>
    public long? CommitOffset { get; init; }

    /// <summary>How long the broker may hold the request until a message comes; null for not at all.</summary>
    public TimeSpan? Suspend { get; init; }

    /// <summary>Longest wait for the answer.</summary>
    public required TimeSpan Timeout { get; init; }
}
