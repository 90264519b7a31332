using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Producing.Transactions;

/// <summary>
/// Answers brokers that ask what became of a transaction (39, reference: namesrv-and-client.md C7): a few at a time, in order, from a bounded
/// queue, so that a slow handler holds up neither the other requests of brokers nor takes memory without end. Thread-safe.
/// </summary>
internal sealed class TransactionChecks : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly string _group;
    private readonly ITransactionHandler _handler;
    private readonly ILogger _logger;
    private readonly Channel<Check> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;

    /// <summary>Begins to wait for checks.</summary>
    public TransactionChecks(string group, ITransactionHandler handler, TransactionProducerOptions options, ILogger logger)
    {
        _group = group;
        _handler = handler;
        _logger = logger;
        _waiting = Channel.CreateBounded<Check>(options.ChecksWaiting);

        // Checks belong to nobody's request or span.
        using (ExecutionContext.SuppressFlow())
        {
            _working = Task.WhenAll(Enumerable.Range(0, options.ChecksAtOnce).Select(_ => Task.Run(WorkAsync)).ToArray());
        }
    }

    /// <summary>Takes a request of a broker; it is answered later.</summary>
    public void Take(RemotingCommand request, RemotingConnection connection)
    {
        var messages = MessageDecoder.DecodeAll(request.Body);
        if (messages.Count == 0)
        {
            _logger.CheckUnreadable(connection.RemoteAddress, _group);
            return;
        }

        var check = new Check(request.ReadHeader<CheckTransactionStateRequestHeader>(), messages[0], connection);
        if (!_waiting.Writer.TryWrite(check))
        {
            _logger.CheckDropped(connection.RemoteAddress, _group, check.Message.MessageId);
        }
    }

    /// <summary>Stops: handlers under way are cancelled and waited for; brokers ask again, perhaps another producer of the group.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var check in _waiting.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                await AnswerAsync(check, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _logger.ChecksStopped(_group);
        }
    }

    private async Task AnswerAsync(Check check, CancellationToken cancellationToken)
    {
        var (outcome, failure) = await TransactionProducer.RunAsync(() => _handler.CheckAsync(check.Message, cancellationToken)).ConfigureAwait(false);
        if (failure is not null)
        {
            _logger.CheckFailed(failure, _group, check.Message.MessageId);
        }

        var end = TransactionProducer.End(
            new EndTransactionRequestHeader
            {
                ProducerGroup = _group,
                TranStateTableOffset = check.Header.TranStateTableOffset,
                CommitLogOffset = check.Header.CommitLogOffset,
                CommitOrRollback = (int)outcome,
                FromTransactionCheck = true,
                MsgId = check.Message.MessageId,
                TransactionId = check.Header.TransactionId,
            },
            failure);
        try
        {
            await check.Connection.SendOneWayAsync(end, AnswerTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingException lost)
        {
            _logger.OutcomeNotSent(lost, check.Connection.RemoteAddress, _group, check.Message.MessageId);
        }
    }

    private sealed record Check(CheckTransactionStateRequestHeader Header, MessageExt Message, RemotingConnection Connection);
}
