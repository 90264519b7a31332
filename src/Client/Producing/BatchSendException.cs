namespace Rocketeer.Client.Producing;

/// <summary>A list of messages that was too long for one request was sent in parts, and one part failed.</summary>
public sealed class BatchSendException : RocketeerException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="stored">Results of the first messages of the list.</param>
    /// <param name="total">Length of the list.</param>
    /// <param name="innerException">Why the next part failed.</param>
    public BatchSendException(IReadOnlyList<SendResult> stored, int total, Exception innerException)
        : base($"The first {stored.Count} of {total} messages are stored; the part behind them failed, and the rest was not sent.", innerException) =>
        Stored = stored;

    /// <summary>Results of the messages that are stored, in the order of the list; send the ones behind them again.</summary>
    public IReadOnlyList<SendResult> Stored { get; }
}
