using Microsoft.Extensions.ObjectPool;
using Rocketeer.Broker.Metrics;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Sending;

/// <summary>
/// An answer that waits until its message is durable. Pooled: a synchronous send allocates nothing. Completed by the store in offset
/// order; the answers of one group commit leave each connection in one send.
/// </summary>
internal sealed class PendingSend : DurabilityWaiter
{
    private const int MostKept = 16 * 1024;
    private static readonly DefaultObjectPool<PendingSend> Pool = new(new DefaultPooledObjectPolicy<PendingSend>(), MostKept);

    private Responder _responder;
    private SendMessageResponseHeader _header;
    private SendHistograms? _times;
    private long _begin;

    /// <summary>Takes one from the pool; it goes back when it is completed.</summary>
    /// <param name="responder">The way back to the producer.</param>
    /// <param name="header">The answer's header.</param>
    /// <param name="times">Told when the answer is given.</param>
    /// <param name="begin">What it wants to know of the begin.</param>
    public static PendingSend Rent(Responder responder, in SendMessageResponseHeader header, SendHistograms times, long begin)
    {
        var pending = Pool.Get();
        pending._responder = responder;
        pending._header = header;
        pending._times = times;
        pending._begin = begin;
        return pending;
    }

    /// <inheritdoc/>
    protected override void Completed(PutStatus status)
    {
        _responder.Reply(PutStatusAnswers.Code(status), _header, PutStatusAnswers.Remark(status));
        _times!.Ends(_begin);
        _responder = default;
        _header = default;
        Pool.Return(this);
    }
}
