using Rocketeer.Broker.Configuration;
using Rocketeer.Remoting;

namespace Rocketeer.Broker;

/// <summary>The bounded queues of the requests that are not served on the event loop, named as in the original.</summary>
internal sealed class RequestQueues(BrokerOptions options, TimeProvider clock)
{
    private const int AdminCapacity = 10_000;

    /// <summary>Administration, and whatever has no queue of its own.</summary>
    public RequestQueue Admin { get; } = new("AdminBroker", AdminCapacity, options.AdminBrokerThreadPoolNums, clock);

    /// <summary>Messages that consumers give back.</summary>
    public RequestQueue SendBack { get; } = new("SendBack", options.SendThreadPoolQueueCapacity, Environment.ProcessorCount, clock);

    /// <summary>Ends of transactions.</summary>
    public RequestQueue EndTransaction { get; } =
        new("EndTransaction", options.Transactions.EndTransactionPoolQueueCapacity, options.Transactions.EndTransactionThreadPoolNums, clock);

    /// <summary>Queries by key and id.</summary>
    public RequestQueue Query { get; } = new("QueryMessage", options.QueryThreadPoolQueueCapacity, options.QueryMessageThreadPoolNums, clock);

    /// <summary>Heartbeats.</summary>
    public RequestQueue Heartbeat { get; } = new("Heartbeat", options.HeartbeatThreadPoolQueueCapacity, options.HeartbeatThreadPoolNums, clock);

    /// <summary>Clients that leave, and checks of their subscriptions.</summary>
    public RequestQueue ClientManage { get; } =
        new("ClientManage", options.ClientManagerThreadPoolQueueCapacity, options.ClientManageThreadPoolNums, clock);

    /// <summary>Lists of consumers.</summary>
    public RequestQueue ConsumerManage { get; } =
        new("ConsumerManage", options.ConsumerManagerThreadPoolQueueCapacity, options.ConsumerManageThreadPoolNums, clock);

    /// <summary>All of them.</summary>
    public IReadOnlyList<RequestQueue> All => [Admin, SendBack, EndTransaction, Query, Heartbeat, ClientManage, ConsumerManage];
}
