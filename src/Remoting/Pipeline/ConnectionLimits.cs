namespace Rocketeer.Remoting.Pipeline;

/// <summary>What the options of a server or client allow each connection.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>Longest frame accepted, its length field included.</summary>
    public required int MaxFrameLength { get; init; }

    /// <summary>Silence in both directions after which a connection is closed.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>One-way requests in flight at once, over all connections.</summary>
    public required int OneWayPermits { get; init; }

    /// <summary>Requests in flight at once, over all connections.</summary>
    public required int AsyncPermits { get; init; }

    /// <summary>Unsent bytes above which a connection is not writable.</summary>
    public required int OutputHighWaterMark { get; init; }

    /// <summary>Unsent bytes above which a connection is closed.</summary>
    public required int OutputLimit { get; init; }

    /// <summary>
    /// Whether a connection that is not writable is not read either. True for servers: whoever does not take his answers gets no new ones
    /// made. False for clients: their own requests wait for room instead, and answers must be read, or two full sides would wait for each other.
    /// </summary>
    public required bool PausesReading { get; init; }

    /// <summary>A connection is writable again when no more unsent bytes than this are left.</summary>
    public int OutputLowWaterMark => OutputHighWaterMark / 2;
}
