using System.Buffers.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// Notes in the topic of operations that a half message is done with, whatever came of it (reference: broker.md section 12.5). Only from
/// there does the check know. Thread-safe.
/// </summary>
internal sealed class OperationLog(MessageStore store, BrokerIdentity identity, TimeProvider clock)
{
    private const int MaxDigits = 20;

    /// <summary>Notes the end of a transaction.</summary>
    /// <param name="halfOffset">Queue offset of its half message.</param>
    public PutResult Done(long halfOffset)
    {
        Span<byte> body = stackalloc byte[MaxDigits];
        Utf8Formatter.TryFormat(halfOffset, body, out var length);
        return store.Put(new MessageToStore
        {
            Topic = TopicNames.TransactionOperation,
            QueueId = HalfMessage.QueueId,
            BornTimestamp = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            BornHost = identity.StoreHost,
            StoreHost = identity.StoreHost,
            Body = body[..length],
            Properties = "WAIT\u0001true\u0002TAGS\u0001d\u0002"u8,
        });
    }
}
