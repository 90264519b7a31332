using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting.Client;

/// <summary>Limits of a client. Defaults are the original's (reference: protocol-remoting.md section 10.2) where it has one.</summary>
public sealed class RemotingClientOptions
{
    /// <summary>Header serialization of requests.</summary>
    public SerializeType SerializeType { get; init; } = SerializeType.Json;

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
}
