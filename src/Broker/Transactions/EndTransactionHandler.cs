using Microsoft.Extensions.Logging;
using Rocketeer.Broker.AccessControl;
using Rocketeer.Broker.Handlers;
using Rocketeer.Broker.Sending;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// Commits or rolls back a transaction: request 37 (reference: broker.md section 12.2). A commit stores the message under its own topic
/// and, when that is as durable as configured, notes that the half message is done with. A crash in between leaves the half message open:
/// the check asks its producer again, and the message may come twice, never not at all. Reads the log, so it runs away from the event loop.
/// </summary>
internal sealed class EndTransactionHandler(
    MessageStore store, StoreRole role, OperationLog operations, TransactionInstruments instruments, AccessGate? access,
    ILogger<EndTransactionHandler> logger) : IAsyncRequestHandler
{
    private const string NotFound = "Find prepared transaction message failed";

    /// <inheritdoc/>
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var end = request.ReadHeader<EndTransactionRequestHeader>();
        if (!role.IsMaster)
        {
            return Answered(Answer.Failure(
                ResponseCode.SlaveNotAvailable, "This broker is a slave; transactions end at the master, which asks the producer again."));
        }

        if (access is not null && Forbidden(access, request, end, connection) is { } refusal)
        {
            return Answered(Answer.Error(refusal));
        }

        return end.CommitOrRollback switch
        {
            MessageSysFlags.TransactionCommit => CommitAsync(end, connection),
            MessageSysFlags.TransactionRollback => Answered(RollBack(end, connection)),
            MessageSysFlags.TransactionNot => Answered(LeaveOpen(end, connection, request.Remark)),
            var other => Answered(Answer.Error($"commitOrRollback is {other}; it must be 0 (unknown), 8 (commit) or 12 (rollback).")),
        };
    }

    private static ValueTask<RemotingCommand?> Answered(RemotingCommand answer) => ValueTask.FromResult<RemotingCommand?>(answer);

    /// <summary>The request names offsets only: which topic the message would be published to, nobody knew before.</summary>
    private string? Forbidden(AccessGate access, RemotingCommand request, in EndTransactionRequestHeader end, RemotingConnection connection) =>
        store.ReadRecord(end.CommitLogOffset) is { } bytes && MessageRecordView.TryParse(bytes, out var half) && HalfMessage.TryAddress(half, out var topic, out _)
            ? access.RefuseTopic(request, connection, topic, Rights.Pub)
            : null;

    private RemotingCommand LeaveOpen(in EndTransactionRequestHeader end, RemotingConnection connection, string? reason)
    {
        logger.TransactionUnknown(end.ProducerGroup, connection.RemoteAddress, end.TranStateTableOffset, end.MsgId, reason);
        return Answer.Success();
    }

    private RemotingCommand RollBack(in EndTransactionRequestHeader end, RemotingConnection connection)
    {
        if (store.ReadRecord(end.CommitLogOffset) is not { } bytes || !MessageRecordView.TryParse(bytes, out var half))
        {
            return Refuse(end, connection, NotFound);
        }

        if (Problem(half, end) is { } problem)
        {
            return Refuse(end, connection, problem);
        }

        var noted = operations.Done(half.QueueOffset);
        if (!noted.IsStored)
        {
            logger.OperationNotStored(end.ProducerGroup, end.TranStateTableOffset, noted.Status);
            return Answer.Failure(PutStatusAnswers.Code(noted.Status), PutStatusAnswers.Remark(noted.Status) ?? noted.Status.ToString());
        }

        instruments.RolledBack();
        return Answer.Success();
    }

    private ValueTask<RemotingCommand?> CommitAsync(in EndTransactionRequestHeader end, RemotingConnection connection)
    {
        if (store.ReadRecord(end.CommitLogOffset) is not { } bytes || !MessageRecordView.TryParse(bytes, out var half))
        {
            return Answered(Refuse(end, connection, NotFound));
        }

        if (Problem(half, end) is { } problem)
        {
            return Answered(Refuse(end, connection, problem));
        }

        if (!HalfMessage.TryAddress(half, out var topic, out var queueId))
        {
            return Answered(Refuse(end, connection, "The half message does not say which topic and queue it belongs to"));
        }

        var stored = store.Put(HalfMessage.Committed(half, Utf8NameCache.Intern(topic), queueId));
        return stored.IsStored
            ? CommittedAsync(stored, half.QueueOffset, end.ProducerGroup)
            : Answered(Refuse(
                end,
                connection,
                stored.Reason ?? PutStatusAnswers.Remark(stored.Status) ?? stored.Status.ToString(),
                PutStatusAnswers.Code(stored.Status)));
    }

    // The note lies behind the message in the log, so it is never there without it; waiting keeps the half message open for a producer that
    // must be asked again, should this broker and the message be lost before a replica has it.
    private async ValueTask<RemotingCommand?> CommittedAsync(PutResult stored, long halfOffset, string group)
    {
        var status = await store.WaitDurableAsync(stored, CancellationToken.None); // bounded by syncFlushTimeout, also when the broker stops
        var noted = operations.Done(halfOffset);
        if (!noted.IsStored)
        {
            logger.OperationNotStored(group, halfOffset, noted.Status);
        }

        instruments.Committed();
        return RemotingCommand.Response(PutStatusAnswers.Code(status), PutStatusAnswers.Remark(status));
    }

    private static string? Problem(in MessageRecordView half, in EndTransactionRequestHeader end)
    {
        if (!HalfMessage.IsInHalfTopic(half))
        {
            return NotFound;
        }

        if (!MessageProperties.TryFind(half.Properties, "PGROUP"u8, out var group) || Utf8NameCache.Intern(group) != end.ProducerGroup)
        {
            return "The producer group wrong";
        }

        return half.QueueOffset != end.TranStateTableOffset ? "The transaction state table offset wrong"
            : half.PhysicalOffset != end.CommitLogOffset ? "The commit log offset wrong"
            : null;
    }

    private RemotingCommand Refuse(
        in EndTransactionRequestHeader end, RemotingConnection connection, string problem, ResponseCode code = ResponseCode.SystemError)
    {
        logger.TransactionEndRefused(end.ProducerGroup, connection.RemoteAddress, end.CommitLogOffset, end.TranStateTableOffset, problem);
        return Answer.Failure(code, problem);
    }
}
