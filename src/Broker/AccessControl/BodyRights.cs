using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.AccessControl;

/// <summary>Finds what an account may not use among the topics and groups of a body.</summary>
internal static class BodyRights
{
    /// <summary>The first thing that the account may not use, as refusals name it; <see langword="null"/> when it may use all.</summary>
    /// <exception cref="BodyFormatException">The body is malformed.</exception>
    public static string? FirstForbidden(Account account, RequestRight.BodyKind kind, ReadOnlySpan<byte> body) =>
        kind switch
        {
            RequestRight.BodyKind.Heartbeat => OfHeartbeat(account, BodyJson.Deserialize<HeartbeatData>(body)),
            RequestRight.BodyKind.QueueLocks => OfLocks(account, BodyJson.Deserialize<LockBatchRequestBody>(body)),
            _ => null,
        };

    private static string? OfHeartbeat(Account account, HeartbeatData heartbeat)
    {
        foreach (var consumer in heartbeat.ConsumerDataSet)
        {
            if (Forbidden(account, ResourceKind.Group, consumer?.GroupName) is { } group)
            {
                return group;
            }

            foreach (var subscription in consumer!.SubscriptionDataSet)
            {
                if (Forbidden(account, ResourceKind.Topic, subscription?.Topic) is { } topic)
                {
                    return topic;
                }
            }
        }

        return null;
    }

    private static string? OfLocks(Account account, LockBatchRequestBody locks)
    {
        if (Forbidden(account, ResourceKind.Group, locks.ConsumerGroup) is { } group)
        {
            return group;
        }

        foreach (var queue in locks.MqSet)
        {
            if (Forbidden(account, ResourceKind.Topic, queue?.Topic) is { } topic)
            {
                return topic;
            }
        }

        return null;
    }

    private static string? Forbidden(Account account, ResourceKind kind, string? name) =>
        name is not null && account.May(kind, name, Rights.Sub) ? null : Refusals.Name(kind, name ?? "");
}
