using Microsoft.Extensions.Logging;
using Rocketeer.Client.Calls;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>What consumers ask of brokers, over the connections of one client (reference: protocol-remoting.md sections 7.3, 7.4, 10.7).</summary>
internal sealed class ConsumerBackend(RocketeerClient client) : IConsumerBackend
{
    private static readonly TimeSpan MembersTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OffsetTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SendBackTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(3);

    public string ClientId => client.ClientId;

    public string NameServers => client.Options.NameServers;

    public string? ConfiguredInstance => client.Options.InstanceName;

    public TimeProvider Clock => client.Clock;

    public ILoggerFactory Loggers => client.Loggers;

    public TimeSpan OffsetPersistInterval => client.Options.OffsetPersistInterval;

    public void Register(IGroupMember member) => client.Register(member);

    public ValueTask UnregisterAsync(IGroupMember member) => client.UnregisterAsync(member);

    public async ValueTask HeartbeatAsync(CancellationToken cancellationToken) =>
        await client.Heartbeats.SendAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken) =>
        (await client.Routes.GetAsync(topic, cancellationToken).ConfigureAwait(false))?.SubscribeQueues
            ?? throw new RouteNotFoundException(topic, $"Topic '{topic}' does not exist, or no broker serves it now.");

    public async ValueTask<IReadOnlyList<string>> GetMembersAsync(string topic, string group, CancellationToken cancellationToken)
    {
        var route = await client.Routes.GetAsync(topic, cancellationToken).ConfigureAwait(false);
        if (route is null || route.Brokers.IsEmpty)
        {
            throw new RouteNotFoundException(topic, $"Topic '{topic}' does not exist, or no broker serves it now.");
        }

        var address = AddressOf(route.Brokers[Random.Shared.Next(route.Brokers.Length)].Name);
        var request = RemotingCommand.Request(RequestCode.GetConsumerListByGroup, new GetConsumerListByGroupRequestHeader { ConsumerGroup = group });
        var answer = await client.Calls.InvokeExpectingSuccessAsync(address, request, MembersTimeout, cancellationToken).ConfigureAwait(false);
        return Answers.BodyOf<ConsumerIdList>(answer).ConsumerIds;
    }

    public async ValueTask CheckAsync(string group, Subscription subscription, CancellationToken cancellationToken)
    {
        var route = await client.Routes.GetAsync(subscription.Topic, cancellationToken).ConfigureAwait(false);
        if (route is null || route.Brokers.IsEmpty)
        {
            return;
        }

        var body = BodyJson.Serialize(new CheckClientRequestBody
        {
            ClientId = ClientId, Group = group, SubscriptionData = subscription.ToData(),
        });
        var address = AddressOf(route.Brokers[Random.Shared.Next(route.Brokers.Length)].Name);
        await client.Calls.InvokeExpectingSuccessAsync(
            address, RemotingCommand.Request(RequestCode.CheckClientConfig, body: body), MembersTimeout, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<PullAnswer> PullAsync(PullCall call, CancellationToken cancellationToken)
    {
        var address = await FindAsync(call.Queue, call.BrokerId, cancellationToken).ConfigureAwait(false);
        var isMaster = client.Brokers.Master(call.Queue.BrokerName) == address;
        var commit = isMaster ? call.CommitOffset : null;
        var header = new PullMessageRequestHeader
        {
            ConsumerGroup = call.Group,
            Topic = call.Queue.Topic,
            QueueId = call.Queue.QueueId,
            QueueOffset = call.Offset,
            MaxMsgNums = call.MaxMessages,
            SysFlag = PullSysFlags.Build(commit is not null, call.Suspend is not null, call.InlineFilter),
            CommitOffset = commit ?? 0,
            SuspendTimeoutMillis = (long)(call.Suspend ?? TimeSpan.FromSeconds(20)).TotalMilliseconds,
            Subscription = call.InlineFilter ? call.Filter.Text : null,
            SubVersion = call.SubscriptionVersion,
            ExpressionType = call.Filter.Type,
        };
        var answer = await AskAsync(
            call.Queue, address, RemotingCommand.Request(RequestCode.PullMessage, header), call.Timeout, cancellationToken).ConfigureAwait(false);
        PullStatus status = answer.ResponseCode switch
        {
            ResponseCode.Success => PullStatus.Found,
            ResponseCode.PullNotFound => PullStatus.NoNewMessage,
            ResponseCode.PullRetryImmediately => PullStatus.NoMatchedMessage,
            ResponseCode.PullOffsetMoved => PullStatus.OffsetIllegal,
            _ => throw new BrokerRejectedException(answer.ResponseCode, answer.Remark, address),
        };
        var found = Answers.HeaderOf<PullMessageResponseHeader>(answer);
        var (min, max) = (found.MinOffset ?? 0, found.MaxOffset ?? 0);
        var messages = status == PullStatus.Found ? PulledMessages.Decode(answer.Body, call.Group, call.Queue, min, max) : [];
        return new PullAnswer(status, found.NextBeginOffset ?? call.Offset, min, max, found.SuggestWhichBrokerId ?? 0, messages);
    }

    public async ValueTask<long?> QueryOffsetAsync(string group, MessageQueue queue, CancellationToken cancellationToken)
    {
        var address = await FindAsync(queue, null, cancellationToken).ConfigureAwait(false);
        var header = new QueryConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = queue.Topic, QueueId = queue.QueueId };
        var answer = await AskAsync(
            queue, address, RemotingCommand.Request(RequestCode.QueryConsumerOffset, header), OffsetTimeout, cancellationToken).ConfigureAwait(false);

        // Only "not found" means that there is none. The original takes every refusal for that and would skip or repeat messages.
        return answer.ResponseCode switch
        {
            ResponseCode.Success => Answers.HeaderOf<QueryConsumerOffsetResponseHeader>(answer).Offset,
            ResponseCode.QueryNotFound => null,
            _ => throw new BrokerRejectedException(answer.ResponseCode, answer.Remark, address),
        };
    }

    public async ValueTask CommitOffsetAsync(
        string group, MessageQueue queue, long offset, bool awaitAnswer, CancellationToken cancellationToken)
    {
        var address = await FindAsync(queue, null, cancellationToken).ConfigureAwait(false);
        var request = RemotingCommand.Request(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = group,
            Topic = queue.Topic,
            QueueId = queue.QueueId,
            CommitOffset = offset,
        });
        if (awaitAnswer)
        {
            await client.Calls.InvokeExpectingSuccessAsync(address, request, OffsetTimeout, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await client.Calls.SendOneWayAsync(address, request, OffsetTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<long> GetMaxOffsetAsync(MessageQueue queue, CancellationToken cancellationToken) => AskOffsetAsync(
        queue,
        RemotingCommand.Request(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId }),
        cancellationToken);

    public ValueTask<long> GetMinOffsetAsync(MessageQueue queue, CancellationToken cancellationToken) => AskOffsetAsync(
        queue,
        RemotingCommand.Request(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId }),
        cancellationToken);

    public ValueTask<long> SearchOffsetAsync(MessageQueue queue, long timestampMs, CancellationToken cancellationToken) => AskOffsetAsync(
        queue,
        RemotingCommand.Request(
            RequestCode.SearchOffsetByTimestamp,
            new SearchOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId, Timestamp = timestampMs }),
        cancellationToken);

    public async ValueTask SendBackAsync(
        string group, string brokerName, MessageExt message, int delayLevel, int maxReconsumeTimes, CancellationToken cancellationToken)
    {
        var address = client.Brokers.Master(brokerName) ?? message.StoreHost.ToString();
        var request = RemotingCommand.Request(RequestCode.ConsumerSendMsgBack, new ConsumerSendMessageBackRequestHeader
        {
            Group = group,
            Offset = message.CommitLogOffset,
            DelayLevel = delayLevel,
            OriginTopic = message.Topic,
            OriginMsgId = message.MessageId,
            MaxReconsumeTimes = maxReconsumeTimes,
        });
        await client.Calls.InvokeExpectingSuccessAsync(client.Calls.Vip(address), request, SendBackTimeout, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyCollection<MessageQueue>> LockAsync(
        string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken) =>
        Answers.BodyOf<LockBatchResponseBody>(
            await InvokeLockAsync(RequestCode.LockBatchMq, group, brokerName, queues, cancellationToken).ConfigureAwait(false)).LockOKMQSet;

    public async ValueTask UnlockAsync(
        string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken) =>
        await InvokeLockAsync(RequestCode.UnlockBatchMq, group, brokerName, queues, cancellationToken).ConfigureAwait(false);

    public HandlingTracer? CreateTracer(string group, TraceOptions options) =>
        client.TraceTo(options) is { } traces ? new HandlingTracer(traces, options, group, client.MessageIds, client.Clock) : null;

    public async ValueTask SendAsync(Message message, CancellationToken cancellationToken) =>
        await client.InnerProducer.SendAsync(message, cancellationToken).ConfigureAwait(false);

    /// <summary>Locks are the master's business only: two processes of a broker that both give them would give one queue to two clients.</summary>
    private ValueTask<RemotingCommand> InvokeLockAsync(
        RequestCode code, string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken)
    {
        var address = client.Brokers.Master(brokerName) ?? throw Unknown(brokerName);
        var body = new LockBatchRequestBody { ClientId = ClientId, ConsumerGroup = group, MqSet = [.. queues] };
        return client.Calls.InvokeExpectingSuccessAsync(
            address, RemotingCommand.Request(code, body: BodyJson.Serialize(body)), LockTimeout, cancellationToken);
    }

    /// <summary>
    /// Asks the process of a broker that its route names. When that one is gone, the route is asked for again in the background: the next
    /// attempt finds the slave that is left, or the new master.
    /// </summary>
    private async ValueTask<RemotingCommand> AskAsync(
        MessageQueue queue, string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Calls.InvokeAsync(address, request, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is BrokerUnreachableException or RequestTimeoutException)
        {
            client.Routes.RefreshSoon(queue.Topic);
            throw;
        }
    }

    private async ValueTask<long> AskOffsetAsync(MessageQueue queue, RemotingCommand request, CancellationToken cancellationToken)
    {
        var address = await FindAsync(queue, null, cancellationToken).ConfigureAwait(false);
        var answer = await AskAsync(queue, address, request, OffsetTimeout, cancellationToken).ConfigureAwait(false);
        return answer.ResponseCode == ResponseCode.Success
            ? Answers.HeaderOf<OffsetResponseHeader>(answer).Offset
            : throw new BrokerRejectedException(answer.ResponseCode, answer.Remark, address);
    }

    /// <summary>The address of a queue's broker; a route that does not know it is asked for again, once.</summary>
    private async ValueTask<string> FindAsync(MessageQueue queue, long? brokerId, CancellationToken cancellationToken)
    {
        if (Find(queue.BrokerName, brokerId) is not { } address)
        {
            await client.Routes.RefreshAsync(queue.Topic, cancellationToken).ConfigureAwait(false);
            address = Find(queue.BrokerName, brokerId) ?? throw Unknown(queue.BrokerName);
        }

        return address;
    }

    private string? Find(string brokerName, long? brokerId) =>
        brokerId is { } id ? client.Brokers.Prefer(brokerName, id) : client.Brokers.First(brokerName);

    private string AddressOf(string brokerName) => client.Brokers.First(brokerName) ?? throw Unknown(brokerName);

    private static BrokerUnreachableException Unknown(string brokerName) =>
        new($"No address of broker '{brokerName}' is known; it is not registered with the name servers now.");
}
