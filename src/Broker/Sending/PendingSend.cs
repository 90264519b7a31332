using Microsoft.Extensions.ObjectPool;
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

    /// <summary>Takes one from the pool; it goes back when it is completed.</summary>
    /// <param name="responder">The way back to the producer.</param>
    /// <param name="header">The answer's header.</param>
    public static PendingSend Rent(Responder responder, in SendMessageResponseHeader header)
    {
        var pending = Pool.Get();
        pending._responder = responder;
        pending._header = header;
        return pending;
    }

    /// <inheritdoc/>
    protected override void Completed(PutStatus status)
    {
        _responder.Reply(PutStatusAnswers.Code(status), _header, PutStatusAnswers.Remark(status));
        _responder = default;
        _header = default;
        Pool.Return(this);
    }
}
