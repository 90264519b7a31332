using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>A topic that a group consumes, with the version that the broker compares to that of pull requests.</summary>
internal sealed class Subscription(string topic, FilterExpression filter, long version)
{
    private long _version = version;

    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>Which of its messages.</summary>
    public FilterExpression Filter { get; } = filter;

    /// <summary>Milliseconds since 1970 of the creation, or of the last change of the queues held.</summary>
    public long Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, value);
    }

    /// <summary>The subscription as heartbeats tell it.</summary>
    public SubscriptionData ToData() => TagExpression.Parse(Topic, Filter.Text, Version, Filter.Type);
}
