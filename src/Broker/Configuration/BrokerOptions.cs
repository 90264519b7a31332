using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// The broker's own settings: the original's BrokerConfig (reference: broker.md section 20.1), one property per key that has an effect.
/// A property is named like its key, in Pascal case. Values are read live, so that request 25 can change them, unless they are marked.
/// </summary>
public sealed class BrokerOptions
{
    /// <summary>Home directory of the installation; relative paths of <see cref="Access"/> begin there.</summary>
    [PropertyKey("rocketmqHome")]
    [ReadAtStart]
    public string RocketmqHome { get; set; } = "";

    /// <summary>Name servers, <c>host:port</c> separated by semicolons; empty registers nowhere.</summary>
    [PropertyKey("namesrvAddr", Important = true)]
    [ReadAtStart]
    public string NamesrvAddr { get; set; } = "";

    /// <summary>Address that clients are told.</summary>
    [PropertyKey("brokerIP1", Important = true)]
    [ReadAtStart]
    public string BrokerIP1 { get; set; } = LocalAddress.Value;

    /// <summary>Address that slaves are told.</summary>
    [PropertyKey("brokerIP2", Important = true)]
    [ReadAtStart]
    public string BrokerIP2 { get; set; } = LocalAddress.Value;

    /// <summary>Name of the broker group: the master and its slaves share it.</summary>
    [PropertyKey("brokerName", Important = true)]
    [ReadAtStart]
    public string BrokerName { get; set; } = HostName();

    /// <summary>Name of the cluster.</summary>
    [PropertyKey("brokerClusterName", Important = true)]
    [ReadAtStart]
    public string BrokerClusterName { get; set; } = "DefaultCluster";

    /// <summary>0 for the master, more for a slave.</summary>
    [PropertyKey("brokerId", Min = 0, Important = true)]
    [ReadAtStart]
    public long BrokerId { get; set; }

    /// <summary>4 read, 2 write; what the name servers and clients are allowed.</summary>
    [PropertyKey("brokerPermission", Min = 0, Max = 6)]
    public int BrokerPermission { get; set; } = 6;

    /// <summary>Queues of the template of automatically created topics.</summary>
    [PropertyKey("defaultTopicQueueNums", Min = 1, Max = 65536)]
    [ReadAtStart]
    public int DefaultTopicQueueNums { get; set; } = 8;

    /// <summary>Whether the first send to an unknown topic creates it.</summary>
    [PropertyKey("autoCreateTopicEnable", Important = true)]
    public bool AutoCreateTopicEnable { get; set; } = true;

    /// <summary>Whether the topic named like the cluster may be read and written.</summary>
    [PropertyKey("clusterTopicEnable")]
    [ReadAtStart]
    public bool ClusterTopicEnable { get; set; } = true;

    /// <summary>Whether the topic named like the broker may be read and written.</summary>
    [PropertyKey("brokerTopicEnable")]
    [ReadAtStart]
    public bool BrokerTopicEnable { get; set; } = true;

    /// <summary>Whether the first use of an unknown consumer group creates it.</summary>
    [PropertyKey("autoCreateSubscriptionGroup", Important = true)]
    public bool AutoCreateSubscriptionGroup { get; set; } = true;

    /// <summary>Name of the topic for message traces.</summary>
    [PropertyKey("msgTraceTopicName")]
    [ReadAtStart]
    public string MsgTraceTopicName { get; set; } = TopicNames.Trace;

    /// <summary>Whether the trace topic is created.</summary>
    [PropertyKey("traceTopicEnable")]
    [ReadAtStart]
    public bool TraceTopicEnable { get; set; }

    /// <summary>Queries in work at once.</summary>
    [PropertyKey("queryMessageThreadPoolNums", Min = 1, Max = 1024)]
    [ReadAtStart]
    public int QueryMessageThreadPoolNums { get; set; } = 8 + Environment.ProcessorCount;

    /// <summary>Administrative requests in work at once.</summary>
    [PropertyKey("adminBrokerThreadPoolNums", Min = 1, Max = 1024)]
    [ReadAtStart]
    public int AdminBrokerThreadPoolNums { get; set; } = 16;

    /// <summary>Requests 35 and 46 in work at once.</summary>
    [PropertyKey("clientManageThreadPoolNums", Min = 1, Max = 1024)]
    [ReadAtStart]
    public int ClientManageThreadPoolNums { get; set; } = 32;

    /// <summary>Requests 38 in work at once.</summary>
    [PropertyKey("consumerManageThreadPoolNums", Min = 1, Max = 1024)]
    [ReadAtStart]
    public int ConsumerManageThreadPoolNums { get; set; } = 32;

    /// <summary>Heartbeats in work at once.</summary>
    [PropertyKey("heartbeatThreadPoolNums", Min = 1, Max = 1024)]
    [ReadAtStart]
    public int HeartbeatThreadPoolNums { get; set; } = Math.Min(32, Environment.ProcessorCount);

    /// <summary>Milliseconds between two saves of the consumer offsets.</summary>
    [PropertyKey("flushConsumerOffsetInterval", Min = 100, Max = 3600000)]
    [ReadAtStart]
    public int FlushConsumerOffsetInterval { get; set; } = 5000;

    /// <summary>Bound of the stored messages whose senders wait for a disk or a replica, and of those given back that wait.</summary>
    [PropertyKey("sendThreadPoolQueueCapacity", Min = 1)]
    public int SendThreadPoolQueueCapacity { get; set; } = 10_000;

    /// <summary>Bound of the pulls that may wait.</summary>
    [PropertyKey("pullThreadPoolQueueCapacity", Min = 1)]
    public int PullThreadPoolQueueCapacity { get; set; } = 100_000;

    /// <summary>Bound of the queries that may wait.</summary>
    [PropertyKey("queryThreadPoolQueueCapacity", Min = 1)]
    [ReadAtStart]
    public int QueryThreadPoolQueueCapacity { get; set; } = 20_000;

    /// <summary>Bound of the requests 35 and 46 that may wait.</summary>
    [PropertyKey("clientManagerThreadPoolQueueCapacity", Min = 1)]
    [ReadAtStart]
    public int ClientManagerThreadPoolQueueCapacity { get; set; } = 1_000_000;

    /// <summary>Bound of the requests 38 that may wait.</summary>
    [PropertyKey("consumerManagerThreadPoolQueueCapacity", Min = 1)]
    [ReadAtStart]
    public int ConsumerManagerThreadPoolQueueCapacity { get; set; } = 1_000_000;

    /// <summary>Bound of the heartbeats that may wait.</summary>
    [PropertyKey("heartbeatThreadPoolQueueCapacity", Min = 1)]
    [ReadAtStart]
    public int HeartbeatThreadPoolQueueCapacity { get; set; } = 50_000;

    /// <summary>Whether a pull that finds nothing is held until something arrives.</summary>
    [PropertyKey("longPollingEnable")]
    public bool LongPollingEnable { get; set; } = true;

    /// <summary>How long a pull is held when long polling is off, in milliseconds.</summary>
    [PropertyKey("shortPollingTimeMills", Min = 1, Max = 3600000)]
    public long ShortPollingTimeMills { get; set; } = 1000;

    /// <summary>Whether consumers are told that their group changed.</summary>
    [PropertyKey("notifyConsumerIdsChangedEnable")]
    public bool NotifyConsumerIdsChangedEnable { get; set; } = true;

    /// <summary>Region, as send answers name it.</summary>
    [PropertyKey("regionId")]
    public string RegionId { get; set; } = "DefaultRegion";

    /// <summary>How long a registration with a name server may take, in milliseconds.</summary>
    [PropertyKey("registerBrokerTimeoutMills", Min = 1, Max = 600000)]
    public int RegisterBrokerTimeoutMills { get; set; } = 6000;

    /// <summary>Whether consumers are sent to a slave when they are far behind.</summary>
    [PropertyKey("slaveReadEnable")]
    public bool SlaveReadEnable { get; set; }

    /// <summary>
    /// How often a slave takes over topics, groups and offsets of its master, in milliseconds. A key of our own; the original's 60 s would
    /// let consumers repeat a minute of messages after a change of master. Read when the slave learns its master.
    /// </summary>
    [PropertyKey("slaveSyncInterval", Min = 100, Max = 3600000)]
    public int SlaveSyncInterval { get; set; } = 10_000;

    /// <summary>Sends are refused before this time, milliseconds since 1970.</summary>
    [PropertyKey("startAcceptSendRequestTimeStamp", Min = 0)]
    public long StartAcceptSendRequestTimeStamp { get; set; }

    /// <summary>Whether send answers ask the client for message traces.</summary>
    [PropertyKey("traceOn")]
    public bool TraceOn { get; set; } = true;

    /// <summary>Whether SQL92 filters are evaluated.</summary>
    [PropertyKey("enablePropertyFilter")]
    public bool EnablePropertyFilter { get; set; }

    /// <summary>Whether registrations are sent compressed.</summary>
    [PropertyKey("compressedRegister")]
    public bool CompressedRegister { get; set; }

    /// <summary>Whether every registration is sent, or only those that a name server does not know yet.</summary>
    [PropertyKey("forceRegister")]
    public bool ForceRegister { get; set; } = true;

    /// <summary>Milliseconds between two registrations, kept within 10,000 and 60,000.</summary>
    [PropertyKey("registerNameServerPeriod", Min = 1)]
    [ReadAtStart]
    public int RegisterNameServerPeriod { get; set; } = 30_000;

    /// <summary>What the original calls MessageStoreConfig.</summary>
    public StoreSettings Store { get; init; } = new();

    /// <summary>What the original calls NettyServerConfig and NettyClientConfig.</summary>
    public NetworkSettings Network { get; init; } = new();

    /// <summary>The keys of replication.</summary>
    public ReplicationSettings Replication { get; init; } = new();

    /// <summary>What keeps an overloaded broker alive.</summary>
    public ProtectionSettings Protection { get; init; } = new();

    /// <summary>Settings of transactions.</summary>
    public TransactionSettings Transactions { get; init; } = new();

    /// <summary>Who may do what, and who this broker is to others.</summary>
    public AccessSettings Access { get; init; } = new();

    /// <summary>SQL92 filters.</summary>
    public FilterSettings Filter { get; init; } = new();

    /// <summary>Bounds of what a scrape may see.</summary>
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>TLS of both ports and of the connections to name servers.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>Keys without effect.</summary>
    public AcceptedSettings Accepted { get; init; } = new();

    /// <summary>Everything that carries keys, as the binder takes it.</summary>
    public object[] Parts =>
        [this, Store, Network, Replication, Protection, Metrics, Transactions, Access, Filter, Tls, Accepted];

    /// <summary>True when messages may be read from this broker.</summary>
    public bool IsReadable => Permissions.IsReadable(BrokerPermission);

    /// <summary>True when messages may be written to this broker.</summary>
    public bool IsWritable => Permissions.IsWritable(BrokerPermission);

    private static string HostName() => Environment.MachineName is { Length: > 0 } name ? name : "DEFAULT_BROKER";

    /// <summary>
    /// The address that other machines most likely reach us by: the first IPv4 address that is neither loopback nor 192.168, else the
    /// last IPv4 address, else an IPv6 one.
    /// </summary>
    private static class LocalAddress
    {
        public static string Value { get; } = Find();

        private static string Find()
        {
            var addresses = NetworkInterface.GetAllNetworkInterfaces()
                .Where(adapter => adapter.OperationalStatus == OperationalStatus.Up)
                .SelectMany(adapter => adapter.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .Where(address => !IPAddress.IsLoopback(address))
                .ToList();
            var v4 = addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork).Select(a => a.ToString()).ToList();
            return v4.Find(text => !text.StartsWith("192.168", StringComparison.Ordinal))
                ?? v4.LastOrDefault()
                ?? addresses.Where(a => a.AddressFamily == AddressFamily.InterNetworkV6).Select(a => $"[{a}]").FirstOrDefault()
                ?? "127.0.0.1";
        }
    }
}
