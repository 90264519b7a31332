using Rocketeer.Hosting.Configuration;

namespace Rocketeer.NameServer;

/// <summary>
/// The name server's configuration, with the original's keys and defaults (reference: namesrv-and-client.md A1, broker.md 20.5 and
/// 20.3). Values are read when the server starts, except <see cref="OrderMessageEnable"/>, which an update changes at once.
/// </summary>
public sealed class NameServerOptions
{
    /// <summary>Installation directory. Not needed here, unlike the original, which refuses to start without it.</summary>
    [PropertyKey("rocketmqHome")]
    public string? RocketmqHome { get; set; }

    /// <summary>File that keeps the KV configuration. Default <c>namesrv/kvConfig.json</c> in the user's home.</summary>
    [PropertyKey("kvConfigPath")]
    public string KvConfigPath { get; set; } = InHome("kvConfig.json");

    /// <summary>File that updates at run time (318) are written to; the file given by <c>-c</c> takes its place.</summary>
    [PropertyKey("configStorePath")]
    public string ConfigStorePath { get; set; } = InHome("namesrv.properties");

    /// <summary>Unit whose name servers a test cluster would ask. Kept for the file's sake; see <see cref="ClusterTest"/>.</summary>
    [PropertyKey("productEnvName")]
    public string ProductEnvName { get; set; } = "center";

    /// <summary>
    /// In the original: fetch routes of unknown topics from other name servers. Here only the order configuration is attached to routes,
    /// as that mode also does.
    /// </summary>
    [PropertyKey("clusterTest")]
    public bool ClusterTest { get; set; }

    /// <summary>Whether routes carry the order configuration of their topic. Default false.</summary>
    [PropertyKey("orderMessageEnable")]
    public bool OrderMessageEnable { get; set; }

    /// <summary>Port to listen on, 0 for a free one. Default 9876.</summary>
    [PropertyKey("listenPort", Min = 0, Max = 65535)]
    public int ListenPort { get; set; } = 9876;

    /// <summary>Address to listen on. Default: all. A key of our own.</summary>
    [PropertyKey("bindAddress")]
    public string BindAddress { get; set; } = "0.0.0.0";

    /// <summary>Seconds without a byte in either direction after which a connection is closed. Default 120.</summary>
    [PropertyKey("serverChannelMaxIdleTimeSeconds", Min = 1, Max = int.MaxValue)]
    public int ServerChannelMaxIdleTimeSeconds { get; set; } = 120;

    /// <summary>One-way requests to one peer in flight. Default 256.</summary>
    [PropertyKey("serverOnewaySemaphoreValue", Min = 1)]
    public int ServerOnewaySemaphoreValue { get; set; } = 256;

    /// <summary>Requests to one peer in flight. Default 64.</summary>
    [PropertyKey("serverAsyncSemaphoreValue", Min = 1)]
    public int ServerAsyncSemaphoreValue { get; set; } = 64;

    /// <summary>Threads of the original's request pool; accepted, without effect: requests are served on the event loops.</summary>
    [PropertyKey("serverWorkerThreads")]
    public int ServerWorkerThreads { get; set; } = 8;

    /// <summary>Threads of the original's public pool; accepted, without effect.</summary>
    [PropertyKey("serverCallbackExecutorThreads")]
    public int ServerCallbackExecutorThreads { get; set; }

    /// <summary>Threads of the original's selectors; accepted, without effect: the event loops follow the processors.</summary>
    [PropertyKey("serverSelectorThreads")]
    public int ServerSelectorThreads { get; set; } = 3;

    /// <summary>Socket send buffer of the original; accepted, without effect: the system sizes it.</summary>
    [PropertyKey("serverSocketSndBufSize")]
    public int ServerSocketSndBufSize { get; set; } = 65535;

    /// <summary>Socket receive buffer of the original; accepted, without effect: the system sizes it.</summary>
    [PropertyKey("serverSocketRcvBufSize")]
    public int ServerSocketRcvBufSize { get; set; } = 65535;

    /// <summary>Allocator of the original; accepted, without effect: buffers are always pooled.</summary>
    [PropertyKey("serverPooledByteBufAllocatorEnable")]
    public bool ServerPooledByteBufAllocatorEnable { get; set; } = true;

    /// <summary>Selector of the original; accepted, without effect: epoll is taken where it exists.</summary>
    [PropertyKey("useEpollNativeSelector")]
    public bool UseEpollNativeSelector { get; set; }

    /// <summary>TLS of the port.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>Everything that carries keys, as the binder takes it.</summary>
    public object[] Parts => [this, Tls];

    private static string InHome(string file) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "namesrv", file);
}
