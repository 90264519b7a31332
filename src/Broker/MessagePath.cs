using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Filtering;
using Rocketeer.Broker.LongPolling;
using Rocketeer.Broker.Pulling;
using Rocketeer.Broker.Querying;
using Rocketeer.Broker.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker;

/// <summary>
/// The way of a message through the broker: taken by Sending, kept by the store, announced to LongPolling, handed out by Pulling, found by
/// Querying. Puts these handlers together and maps their request codes.
/// </summary>
internal sealed class MessagePath : IAsyncDisposable
{
    private readonly HeldPulls _held;
    private readonly FilteredPulls _filtered;

    /// <summary>Maps the request codes of messages; pulls are woken from now on.</summary>
    public MessagePath(BrokerContext broker, RequestDispatcher dispatcher)
    {
        var destinations = new SendDestinations(broker.Topics, broker.Groups);
        var send = new SendMessageHandler(
            broker.Options, destinations, broker.Store, broker.Statistics, broker.Identity, broker.Clock);
        var sendBack = new SendBackHandler(
            broker.Options, broker.Topics, broker.Groups, destinations, broker.Store, broker.Statistics, broker.Identity, broker.Access);
        _held = new HeldPulls(broker.Options, broker.Clock, broker.Loggers.CreateLogger<HeldPulls>());
        _filtered = new FilteredPulls(broker.Options.PullThreadPoolQueueCapacity, broker.Loggers.CreateLogger<FilteredPulls>());
        var pull = new PullMessageHandler(
            broker.Options,
            broker.Topics,
            broker.Groups,
            new PullSubscriptions(broker.Options, broker.Consumers, broker.Filters),
            broker.Offsets,
            broker.Store,
            broker.Role,
            _held,
            _filtered,
            new OffsetMovedEvents(broker.Options, broker.Store, broker.Identity, broker.Clock),
            broker.Statistics);
        dispatcher
            .Map(RequestCode.SendMessage, send)
            .Map(RequestCode.SendMessageV2, send)
            .Map(RequestCode.SendBatchMessage, send)
            .Map(RequestCode.ConsumerSendMsgBack, sendBack, broker.Queues.SendBack)
            .Map(RequestCode.PullMessage, pull)
            .Map(RequestCode.QueryMessage, new QueryMessageHandler(broker.Options, broker.Store), broker.Queues.Query)
            .Map(RequestCode.ViewMessageById, new ViewMessageHandler(broker.Store, broker.Access), broker.Queues.Query);
        _filtered.Start(Environment.ProcessorCount, pull.Scan);
        _held.Start(broker.Store, pull.Resume);
        broker.Arrivals.PassTo(_held);
    }

    /// <summary>Pulls that wait for messages.</summary>
    public int HeldPulls => _held.Count;

    /// <summary>Answers the pulls that still wait. The store must still be open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _held.DisposeAsync();
        await _filtered.DisposeAsync();
    }
}
