using Microsoft.Extensions.Logging;
using Rocketeer.Broker.AccessControl;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Filtering;
using Rocketeer.Broker.Groups;
using Rocketeer.Broker.Registration;
using Rocketeer.Broker.Replication;
using Rocketeer.Broker.Roles;
using Rocketeer.Broker.Statistics;
using Rocketeer.Broker.Topics;
using Rocketeer.Remoting.Client;
using Rocketeer.Storage;

namespace Rocketeer.Broker;

/// <summary>Loads the tables, opens the store and puts the parts together (reference: broker.md section 1.2).</summary>
public sealed partial class BrokerApp
{
    private static async Task<BrokerApp> ComposeAsync(
        BrokerConfiguration configuration, BrokerTls tls, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = configuration.Options;
        var access = AccessGate.Open(options, clock, loggers);
        var identity = new BrokerIdentity(options);
        var topics = new TopicRegistry(options, clock, loggers.CreateLogger<TopicRegistry>());
        var groups = new SubscriptionGroupRegistry(options, clock, loggers.CreateLogger<SubscriptionGroupRegistry>());
        var offsets = new ConsumerOffsets();
        var offsetsFile = new ConsumerOffsetsFile(offsets, options.Store.ConfigDirectory, loggers.CreateLogger<ConsumerOffsetsFile>());
        topics.Load();
        offsetsFile.Load();
        groups.Load();
        var filters = new ConsumerFilters(
            new BloomFilter(options.Filter.MaxErrorRateOfBloomFilter, options.Filter.ExpectConsumerNumUseFilter),
            clock,
            loggers.CreateLogger<ConsumerFilters>());
        var filtersFile = new ConsumerFiltersFile(filters, options, loggers.CreateLogger<ConsumerFiltersFile>());
        filtersFile.Load(); // before the store, whose recovery dispatches

        var arrivals = new ArrivalRelay();
        var roleFile = new RoleFile(options.Store.ConfigDirectory);
        var record = roleFile.Read();
        var role = RoleOf(options, identity, record, roleFile, loggers);
        var store = await MessageStore.OpenAsync(
            options.Store.ToStoreOptions(new FilterBitmaps(options.Filter, filters)), role, arrivals, clock, loggers, cancellationToken);
        if (store.OpenedAfterCrash)
        {
            topics.AdoptFrom(store.TopicsWithQueues());
        }

        var client = new RemotingClient(
            new RemotingClientOptions
            {
                Tls = tls.Client,
                ConnectTimeout = TimeSpan.FromMilliseconds(options.Network.ConnectTimeoutMillis),
                IdleTimeout = TimeSpan.FromSeconds(options.Network.ClientChannelMaxIdleTimeSeconds),
                OneWayPermits = options.Network.ClientOnewaySemaphoreValue,
                AsyncPermits = options.Network.ClientAsyncSemaphoreValue,
                Signer = options.Access.Signer(),
            },
            incoming: null,
            clock,
            loggers);
        var context = new BrokerContext
        {
            Configuration = configuration,
            Identity = identity,
            Clock = clock,
            Loggers = loggers,
            Role = role,
            Store = store,
            Replication = new ReplicationService(store, options, clock, loggers),
            Arrivals = arrivals,
            Topics = topics,
            Groups = groups,
            Offsets = offsets,
            Filters = filters,
            Consumers = new ConsumerGroups(clock, new GroupChangeNotifier(options, loggers.CreateLogger<GroupChangeNotifier>())),
            Producers = new ProducerGroups(clock),
            Locks = new QueueLocks(clock),
            Statistics = new BrokerStatistics(identity.ClusterName, clock),
            Registrar = new NameServerRegistrar(identity, options, topics, client, clock, loggers),
            Access = access,
            Queues = new RequestQueues(options, clock),
        };
        var metadata = new MetadataSync(
            options, topics, groups, offsets, store, client, clock, loggers.CreateLogger<MetadataSync>());
        var roles = new BrokerRoles(context, metadata, roleFile, record);
        context.Consumers.Emptied += filters.Unregister;
        return new BrokerApp(context, offsetsFile, filtersFile, client, tls, roles);
    }

    /// <summary>The last decision counts more than the configuration. A master by decision is let in once the name servers were told.</summary>
    private static StoreRole RoleOf(BrokerOptions options, BrokerIdentity identity, RoleRecord? record, RoleFile file, ILoggerFactory loggers)
    {
        if (record is null || !RoleNames.TryParse(record.Role, out var decided))
        {
            return new StoreRole(options.Store.BrokerRole != BrokerRole.Slave);
        }

        loggers.CreateLogger<BrokerApp>().RoleOfDecision(record.Role, record.Epoch, file.Path);
        identity.Becomes(decided, record.BrokerId, record.Epoch);
        return new StoreRole(decided != BrokerRole.Slave, record.Epoch, mayWrite: false);
    }
}
