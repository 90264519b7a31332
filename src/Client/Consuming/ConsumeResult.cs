namespace Rocketeer.Client.Consuming;

/// <summary>What a handler says about a message.</summary>
public enum ConsumeResult
{
    /// <summary>Done; the message is not delivered to this group again.</summary>
    Success = 0,

    /// <summary>
    /// Not now. In clustering the broker delivers the message to the group again after a delay that grows with each attempt, and
    /// moves it to the group's dead letter topic after the last; in broadcasting it is lost, as in the original. Throwing means the same.
    /// </summary>
    RetryLater = 1,
}
