using Microsoft.Extensions.Logging;
using Rocketeer.Broker.AccessControl;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Filtering;
using Rocketeer.Broker.Groups;
using Rocketeer.Broker.Registration;
using Rocketeer.Broker.Replication;
using Rocketeer.Broker.Statistics;
using Rocketeer.Broker.Topics;
using Rocketeer.Storage;

namespace Rocketeer.Broker;

/// <summary>What the handlers of one broker work with; put together by <see cref="BrokerApp"/>.</summary>
internal sealed class BrokerContext
{
    /// <summary>The settings and the way to change them.</summary>
    public required BrokerConfiguration Configuration { get; init; }

    /// <summary>The settings, read live.</summary>
    public BrokerOptions Options => Configuration.Options;

    /// <summary>Who this broker is.</summary>
    public required BrokerIdentity Identity { get; init; }

    /// <summary>Clock of everything.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Role, epoch and write permission.</summary>
    public required StoreRole Role { get; init; }

    /// <summary>The messages.</summary>
    public required MessageStore Store { get; init; }

    /// <summary>The copying of the log, to slaves or from a master.</summary>
    public required ReplicationService Replication { get; init; }

    /// <summary>Tells whoever waits that a message came.</summary>
    public required ArrivalRelay Arrivals { get; init; }

    /// <summary>The topics.</summary>
    public required TopicRegistry Topics { get; init; }

    /// <summary>The settings of consumer groups.</summary>
    public required SubscriptionGroupRegistry Groups { get; init; }

    /// <summary>How far consumer groups have come.</summary>
    public required ConsumerOffsets Offsets { get; init; }

    /// <summary>By which expressions groups filter topics.</summary>
    public required ConsumerFilters Filters { get; init; }

    /// <summary>Consumers that are online.</summary>
    public required ConsumerGroups Consumers { get; init; }

    /// <summary>Producers that are online.</summary>
    public required ProducerGroups Producers { get; init; }

    /// <summary>Queues that are consumed in order.</summary>
    public required QueueLocks Locks { get; init; }

    /// <summary>Counters.</summary>
    public required BrokerStatistics Statistics { get; init; }

    /// <summary>Keeps the name servers informed.</summary>
    public required NameServerRegistrar Registrar { get; init; }

    /// <summary>Who may do what; <see langword="null"/> without access control.</summary>
    public required AccessGate? Access { get; init; }

    /// <summary>Queues of the requests that are not served on the event loop.</summary>
    public required RequestQueues Queues { get; init; }

    /// <summary>False for a topic that a group which is online does not subscribe to; what it consumed there is history.</summary>
    public bool IsOfInterest(string group, string topic) =>
        Consumers.Find(group) is not { Subscriptions.Count: > 0 } online || online.Subscription(topic) is not null;
}
