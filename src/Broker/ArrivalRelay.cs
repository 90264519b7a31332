using Rocketeer.Storage;

namespace Rocketeer.Broker;

/// <summary>
/// Passes arrivals on from the store, which opens first, to long polling, which needs the store. Arrivals before somebody listens are
/// nobody's: no pull can be waiting then.
/// </summary>
internal sealed class ArrivalRelay : IMessageArrivalListener
{
    private volatile IMessageArrivalListener? _listener;

    /// <summary>From now on this listener is told.</summary>
    public void PassTo(IMessageArrivalListener listener) => _listener = listener;

    /// <inheritdoc/>
    public void OnArrival(in MessageArrival arrival) => _listener?.OnArrival(arrival);
}
