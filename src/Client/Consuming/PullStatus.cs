namespace Rocketeer.Client.Consuming;

/// <summary>How a pull ended.</summary>
public enum PullStatus
{
    /// <summary>There are messages.</summary>
    Found = 0,

    /// <summary>The offset is the end of the queue.</summary>
    NoNewMessage = 1,

    /// <summary>There are messages, but none that the filter accepts; go on at the next offset.</summary>
    NoMatchedMessage = 2,

    /// <summary>The queue does not reach to the offset, or not back to it; the next offset is one that exists.</summary>
    OffsetIllegal = 3,
}
