using Rocketeer.Broker.Filtering;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.LongPolling;

/// <summary>A pull that waits for a message: an entry in a table, not a thread or a timer.</summary>
/// <param name="request">The request.</param>
/// <param name="responder">The way back.</param>
/// <param name="filter">Messages that it waits for; <see langword="null"/> for any.</param>
internal sealed class HeldPull(in PullMessageRequestHeader request, Responder responder, IPullFilter? filter)
{
    public PullMessageRequestHeader Request { get; } = request;

    public Responder Responder { get; } = responder;

    public IPullFilter? Filter { get; } = filter;

    /// <summary>When it was held, in <see cref="TimeProvider.GetTimestamp"/> ticks; set by the table.</summary>
    public long HeldAt { get; set; }
}
