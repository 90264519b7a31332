namespace Rocketeer.Storage;

/// <summary>
/// Outcome of a read, with slices of the log that stay mapped until it is disposed. Pooled: the reader disposes it exactly once and
/// does not touch it afterwards. Not thread-safe.
/// </summary>
public sealed class GetResult : IDisposable
{
    /// <summary>Outcome.</summary>
    public GetStatus Status { get; internal set; }

    /// <summary>Where the next read begins.</summary>
    public long NextBeginOffset { get; internal set; }

    /// <summary>First offset of the queue.</summary>
    public long MinOffset { get; internal set; }

    /// <summary>End of the queue (one behind the last message).</summary>
    public long MaxOffset { get; internal set; }

    /// <summary>Messages found.</summary>
    public int MessageCount { get; internal set; }

    /// <summary>Bytes of the messages found.</summary>
    public int TotalBytes { get; internal set; }

    /// <summary>True when the consumer is so far behind that it should read from a slave.</summary>
    public bool SuggestReadingFromSlave { get; internal set; }

    /// <summary>Store time of the last message found, milliseconds since 1970; 0 when none.</summary>
    public long LastStoreTimestamp { get; internal set; }

    /// <summary>Copies the records found, back to back.</summary>
    /// <param name="destination">At least <see cref="TotalBytes"/> bytes.</param>
    public void CopyTo(Span<byte> destination) => throw new NotImplementedException();

    /// <summary>The n-th record found.</summary>
    public ReadOnlySpan<byte> this[int index] => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
