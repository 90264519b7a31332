namespace Rocketeer.Protocol.Bodies;

/// <summary>Outcome of consuming one message on request (309).</summary>
public enum ConsumeResult
{
    /// <summary>Consumed.</summary>
    Success,

    /// <summary>To be tried again later.</summary>
    Later,

    /// <summary>Rolled back.</summary>
    Rollback,

    /// <summary>Committed.</summary>
    Commit,

    /// <summary>The listener threw.</summary>
    ThrowException,

    /// <summary>The listener returned nothing.</summary>
    ReturnNull,
}
