using System.Net;
using Rocketeer.Protocol.Codec;
using Rocketeer.Remoting.Pipeline;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Server;

/// <summary>Limits of a server. Defaults are the original's (reference: protocol-remoting.md section 10.2) where it has one.</summary>
public sealed class RemotingServerOptions
{
    /// <summary>Address and port to listen on; port 0 takes a free one.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>What carries the bytes.</summary>
    public TransportKind Transport { get; init; } = TransportKind.Auto;

    /// <summary>TLS; <see langword="null"/> is disabled. Several servers may share one; whoever made it disposes it.</summary>
    public TlsServer? Tls { get; init; }

    /// <summary>Longest frame accepted, in bytes with its length field; longer closes the connection.</summary>
    public int MaxFrameLength { get; init; } = FrameLayout.DefaultMaxFrameLength;

    /// <summary>A connection without a byte in either direction for this long is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>One-way requests to peers in flight at once.</summary>
    public int OneWayPermits { get; init; } = 256;

    /// <summary>Requests to peers in flight at once.</summary>
    public int AsyncPermits { get; init; } = 64;

    /// <summary>
    /// Unsent bytes of one connection, in bytes, above which no more requests are read from it until half of them are sent.
    /// Room for several of the largest pull answers.
    /// </summary>
    public int OutputHighWaterMark { get; init; } = 4 * 1024 * 1024;

    /// <summary>Unsent bytes of one connection, in bytes, above which it is closed: its peer does not take its answers.</summary>
    public int OutputLimit { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long <see cref="RemotingServer.StopAsync"/> waits for requests in work.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    internal ConnectionLimits ToLimits() => new ConnectionLimits
    {
        MaxFrameLength = MaxFrameLength,
        IdleTimeout = IdleTimeout,
        OneWayPermits = OneWayPermits,
        AsyncPermits = AsyncPermits,
        OutputHighWaterMark = OutputHighWaterMark,
        OutputLimit = OutputLimit,
        PausesReading = true,
    }.Checked();
}
