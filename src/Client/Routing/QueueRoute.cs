namespace Rocketeer.Client.Routing;

/// <summary>How many queues of a topic one broker name holds, and what may be done with them.</summary>
/// <param name="BrokerName">Broker name.</param>
/// <param name="ReadQueues">Queues 0 to this number (exclusive) may be read.</param>
/// <param name="WriteQueues">Queues 0 to this number (exclusive) may be written.</param>
/// <param name="Permission">Bits: 4 readable, 2 writable, 1 inherited by topics created from this one.</param>
/// <param name="SystemFlag">Unit flags of the topic.</param>
public sealed record QueueRoute(string BrokerName, int ReadQueues, int WriteQueues, int Permission, int SystemFlag)
{
    /// <summary>True if messages may be read.</summary>
    public bool IsReadable => (Permission & 4) != 0;

    /// <summary>True if messages may be written.</summary>
    public bool IsWritable => (Permission & 2) != 0;
}
