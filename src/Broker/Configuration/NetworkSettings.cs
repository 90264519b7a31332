using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// Settings of the network: those keys of the original's NettyServerConfig and NettyClientConfig that have an effect (reference: broker.md
/// sections 20.3 and 20.4). Read once, at the start.
/// </summary>
[ReadAtStart]
public sealed class NetworkSettings
{
    /// <summary>Port for clients; the port two below is served as well; 0 takes free ones.</summary>
    [PropertyKey("listenPort", Min = 0, Max = 65534)]
    public int ListenPort { get; set; } = 10911;

    /// <summary>Address to listen on; a key of our own, the original always listens on all.</summary>
    [PropertyKey("bindAddress")]
    public string BindAddress { get; set; } = "0.0.0.0";

    /// <summary>One-way requests to clients in flight at once.</summary>
    [PropertyKey("serverOnewaySemaphoreValue", Min = 1)]
    public int ServerOnewaySemaphoreValue { get; set; } = 256;

    /// <summary>Requests to clients in flight at once.</summary>
    [PropertyKey("serverAsyncSemaphoreValue", Min = 1)]
    public int ServerAsyncSemaphoreValue { get; set; } = 64;

    /// <summary>A client connection without a byte in either direction for so many seconds is closed.</summary>
    [PropertyKey("serverChannelMaxIdleTimeSeconds", Min = 1, Max = 86400)]
    public int ServerChannelMaxIdleTimeSeconds { get; set; } = 120;

    /// <summary>One-way requests to name servers in flight at once.</summary>
    [PropertyKey("clientOnewaySemaphoreValue", Min = 1)]
    public int ClientOnewaySemaphoreValue { get; set; } = 65535;

    /// <summary>Requests to name servers in flight at once.</summary>
    [PropertyKey("clientAsyncSemaphoreValue", Min = 1)]
    public int ClientAsyncSemaphoreValue { get; set; } = 65535;

    /// <summary>Longest wait for a connection to a name server, in milliseconds.</summary>
    [PropertyKey("connectTimeoutMillis", Min = 1, Max = 600000)]
    public int ConnectTimeoutMillis { get; set; } = 3000;

    /// <summary>A connection to a name server without a byte for so many seconds is closed.</summary>
    [PropertyKey("clientChannelMaxIdleTimeSeconds", Min = 1, Max = 86400)]
    public int ClientChannelMaxIdleTimeSeconds { get; set; } = 120;
}
