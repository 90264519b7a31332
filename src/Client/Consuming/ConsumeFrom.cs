namespace Rocketeer.Client.Consuming;

/// <summary>
/// Where a group begins on a queue of which it has no offset. The broker has a say: it answers offset 0 for a group without one while
/// the queue is young and its first message still in memory (reference: protocol-remoting.md section 7.3, code 14).
/// </summary>
public enum ConsumeFrom
{
    /// <summary>Behind the last message.</summary>
    LastOffset = 0,

    /// <summary>At the first message.</summary>
    FirstOffset = 1,

    /// <summary>At the first message stored at or after <see cref="PushConsumerOptions.ConsumeTimestamp"/>.</summary>
    Timestamp = 2,
}
