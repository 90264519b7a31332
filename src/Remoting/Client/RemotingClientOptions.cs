using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Signing;
using Rocketeer.Remoting.Pipeline;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Client;

/// <summary>Limits of a client. Defaults are the original's (reference: protocol-remoting.md section 10.2) where it has one.</summary>
public sealed class RemotingClientOptions
{
    /// <summary>What carries the bytes.</summary>
    public TransportKind Transport { get; init; } = TransportKind.Auto;

    /// <summary>TLS; <see langword="null"/> speaks plainly. Several clients may share one; whoever made it disposes it.</summary>
    public TlsClient? Tls { get; init; }

    /// <summary>Header serialization of requests.</summary>
    public SerializeType SerializeType { get; init; } = SerializeType.Json;

    /// <summary>Signs every request; <see langword="null"/> sends them unsigned.</summary>
    public RequestSigner? Signer { get; init; }

    /// <summary>Longest frame accepted, in bytes with its length field.</summary>
    public int MaxFrameLength { get; init; } = FrameLayout.DefaultMaxFrameLength;

    /// <summary>Longest wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A connection without a byte in either direction for this long is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>One-way requests in flight at once.</summary>
    public int OneWayPermits { get; init; } = 65535;

    /// <summary>Requests in flight at once.</summary>
    public int AsyncPermits { get; init; } = 65535;

    /// <summary>Unsent bytes of one connection, in bytes, above which further requests wait until half of them are sent.</summary>
    public int OutputHighWaterMark { get; init; } = 4 * 1024 * 1024;

    /// <summary>Unsent bytes of one connection, in bytes, above which it is closed.</summary>
    public int OutputLimit { get; init; } = 64 * 1024 * 1024;

    internal ConnectionLimits ToLimits() => new ConnectionLimits
    {
        MaxFrameLength = MaxFrameLength,
        IdleTimeout = IdleTimeout,
        OneWayPermits = OneWayPermits,
        AsyncPermits = AsyncPermits,
        OutputHighWaterMark = OutputHighWaterMark,
        OutputLimit = OutputLimit,
        PausesReading = false,
    }.Checked();
}
