namespace Rocketeer.Remoting.Pipeline;

/// <summary>What the options of a server or client allow each connection.</summary>
internal sealed record ConnectionLimits
{
    private const int MinFrameLength = 64;

    private static readonly TimeSpan MinIdleTimeout = TimeSpan.FromMilliseconds(100);

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

    /// <summary>These limits, if a connection can work with them.</summary>
    /// <exception cref="ArgumentException">One cannot be; the message names the option and what it must be.</exception>
    public ConnectionLimits Checked()
    {
        Require(MaxFrameLength >= MinFrameLength, nameof(MaxFrameLength), $"at least {MinFrameLength} bytes");
        Require(IdleTimeout >= MinIdleTimeout, nameof(IdleTimeout), $"at least {MinIdleTimeout.TotalMilliseconds} ms");
        Require(OneWayPermits >= 1, nameof(OneWayPermits), "at least 1");
        Require(AsyncPermits >= 1, nameof(AsyncPermits), "at least 1");
        Require(OutputHighWaterMark >= 1, nameof(OutputHighWaterMark), "at least 1 byte");
        Require(OutputLimit > OutputHighWaterMark, nameof(OutputLimit), $"more than {nameof(OutputHighWaterMark)}");
        return this;

        static void Require(bool holds, string option, string range)
        {
            if (!holds)
            {
                throw new ArgumentException($"The option {option} must be {range}.");
            }
        }
    }

    /// <summary>A connection is writable again when no more unsent bytes than this are left.</summary>
    public int OutputLowWaterMark => OutputHighWaterMark / 2;
}
