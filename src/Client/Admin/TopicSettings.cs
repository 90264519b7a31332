using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <summary>How a topic is set up on one broker.</summary>
public sealed record TopicSettings
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Queues to read from. Default 8.</summary>
    public int ReadQueues { get; init; } = 8;

    /// <summary>Queues to write to. Default 8.</summary>
    public int WriteQueues { get; init; } = 8;

    /// <summary><see cref="Permissions"/>. Default read and write.</summary>
    public int Permission { get; init; } = Permissions.ReadWrite;

    /// <summary><see cref="TopicSysFlags"/>. Default 0.</summary>
    public int SystemFlag { get; init; }

    /// <summary>How many tags a message has. Default one.</summary>
    public TopicFilterType FilterType { get; init; }

    /// <summary>True for topics whose order configuration is kept on the name servers. Default false; 4.4.0's brokers take the flag from there.</summary>
    public bool IsOrdered { get; init; }
}
