namespace Rocketeer.Client.Consuming;

/// <summary>What a batch handler says: how many messages, counted from the first, are done. The rest is delivered again later.</summary>
/// <param name="Done">Messages that are done; more than the batch has means all.</param>
public readonly record struct BatchConsumeResult(int Done)
{
    /// <summary>Every message is done.</summary>
    public static BatchConsumeResult Success => new(int.MaxValue);

    /// <summary>No message is done.</summary>
    public static BatchConsumeResult RetryLater => new(0);
}
