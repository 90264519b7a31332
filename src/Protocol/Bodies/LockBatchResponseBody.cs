using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 41.</summary>
public sealed record LockBatchResponseBody
{
    /// <summary>The queues that the client holds now.</summary>
    public List<MessageQueue> LockOKMQSet { get; set; } = [];
}
