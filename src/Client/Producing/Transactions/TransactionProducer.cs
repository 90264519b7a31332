using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing.Transactions;

/// <summary>
/// Sends messages that consumers get if, and only if, a local transaction happens. The broker first stores a half message, which nobody
/// gets; then the local transaction runs; then the broker is told what became of it. If that is lost, or this process ends, the broker asks
/// a producer of the group later. A committed message is delivered at least once. Made by
/// <see cref="RocketeerClient.CreateTransactionProducer(string, ITransactionHandler, Action{TransactionProducerOptions})"/>. Thread-safe.
/// </summary>
/// <example><code>
/// await using var producer = client.CreateTransactionProducer("orders-group", handler);
/// var result = await producer.SendInTransactionAsync(new Message("orders", body), order, cancellationToken);
/// </code></example>
public sealed class TransactionProducer : IAsyncDisposable
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(3);

    private readonly RocketeerClient _client;
    private readonly Producer _producer;
    private readonly ITransactionHandler _handler;
    private readonly ILogger _logger;

    internal TransactionProducer(RocketeerClient client, Producer producer, ITransactionHandler handler, ILogger logger)
    {
        _client = client;
        _producer = producer;
        _handler = handler;
        _logger = logger;
    }

    /// <summary>Producer group. All its producers must be able to tell what became of each other's transactions.</summary>
    public string Group => _producer.Group;

    /// <summary>Sends a message in a transaction that the producer's handler runs.</summary>
    /// <param name="message">The message, without delay. The property <c>CHECK_IMMUNITY_TIME_IN_SECONDS</c> keeps the broker from asking before.</param>
    /// <param name="argument">Passed on to <see cref="ITransactionHandler.ExecuteAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the half message, and is passed on to the handler.</param>
    /// <returns>What became of it. The handler's exception is in the result and not thrown: the half message is stored by then.</returns>
    /// <exception cref="MessageIllegalException">The message breaks a rule; nothing was sent.</exception>
    /// <exception cref="RocketeerException">The half message was not confirmed and the transaction did not run; the leaves are those of
    /// <see cref="Producer.SendAsync(Message, CancellationToken)"/>. If it was stored all the same, a check tells the broker.</exception>
    /// <exception cref="ObjectDisposedException">The producer was disposed.</exception>
    public Task<TransactionResult> SendInTransactionAsync(Message message, object? argument = null, CancellationToken cancellationToken = default) =>
        SendAsync(message, (asSent, id, token) => _handler.ExecuteAsync(asSent, id, argument, token), cancellationToken);

    /// <summary>Sends a message in a transaction that runs here and now; checks of it still go to the producer's handler.</summary>
    /// <param name="message">The message, without delay.</param>
    /// <param name="execute">Runs the transaction.</param>
    /// <param name="cancellationToken">Ends the wait for the half message, and is passed on to the transaction.</param>
    /// <returns>What became of it, as for the other overload.</returns>
    /// <exception cref="RocketeerException">As for the other overload.</exception>
    public Task<TransactionResult> SendInTransactionAsync(Message message, TransactionExecutor execute, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(execute);
        return SendAsync(message, execute, cancellationToken);
    }

    /// <summary>
    /// Takes no more messages, waits for half messages on their way, cancels checks under way, and tells the brokers that the producer
    /// leaves. Transactions that still run report their outcome if they end before the client is disposed; else the broker asks. Idempotent.
    /// </summary>
    public ValueTask DisposeAsync() => _producer.DisposeAsync();

    /// <summary>Runs what the application wrote; whatever it throws is an unknown outcome.</summary>
    internal static async ValueTask<(TransactionOutcome Outcome, Exception? Failure)> RunAsync(Func<ValueTask<TransactionOutcome>> transaction)
    {
        try
        {
            var outcome = await transaction().ConfigureAwait(false);
            return outcome is TransactionOutcome.Commit or TransactionOutcome.Rollback ? (outcome, null) : (TransactionOutcome.Unknown, null);
        }
#pragma warning disable CA1031 // whatever it is, the broker must be told that the outcome is not known
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return (TransactionOutcome.Unknown, failure);
        }
    }

    /// <summary>Tells a broker what became of a transaction; the remark is for its log.</summary>
    internal static RemotingCommand End(in EndTransactionRequestHeader header, Exception? failure) =>
        new() { Code = (int)RequestCode.EndTransaction, Header = header, Remark = failure?.Message };

    private async Task<TransactionResult> SendAsync(Message message, TransactionExecutor execute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var sent = await _producer.SendAsync(HalfOf(message), cancellationToken).ConfigureAwait(false);
        var (outcome, failure) = sent.Status == SendStatus.Stored
            ? await RunAsync(() => execute(message, sent.MessageId, cancellationToken)).ConfigureAwait(false)
            : (TransactionOutcome.Rollback, null);
        if (failure is not null)
        {
            _logger.TransactionFailed(failure, Group, sent.MessageId);
        }

        await EndAsync(sent, outcome, failure).ConfigureAwait(false);
        return new TransactionResult(sent, outcome, failure);
    }

    private Message HalfOf(Message message)
    {
        if (message.DelayLevel != 0)
        {
            throw new MessageIllegalException("A message in a transaction cannot be delayed: brokers keep it back until the transaction ends; leave DelayLevel at 0.");
        }

        return new Message(message.Topic, message.Body)
        {
            Tag = message.Tag,
            Keys = message.Keys,
            Flag = message.Flag,
            WaitUntilStored = message.WaitUntilStored,
            Properties = message.PropertiesOrNull ?? [],
            SystemProperties = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [PropertyNames.TransactionPrepared] = "true",
                [PropertyNames.ProducerGroup] = Group,
                [PropertyNames.UniqueKey] = _client.MessageIds.Next(),
            },
        };
    }

    // Nobody answers, and a failure is no failure of the transaction: the broker asks when it hears nothing.
    private async Task EndAsync(SendResult sent, TransactionOutcome outcome, Exception? failure)
    {
        var address = "";
        try
        {
            address = _client.Brokers.Master(sent.Queue.BrokerName)
                ?? throw new BrokerUnreachableException($"No address of a master of broker '{sent.Queue.BrokerName}' is known.");
            if (!OffsetMessageId.TryParse(sent.OffsetMessageId, out var id))
            {
                throw new MalformedAnswerException($"{address} stored half message {sent.MessageId} under '{sent.OffsetMessageId}', which is no place.");
            }

            var end = End(
                new EndTransactionRequestHeader
                {
                    ProducerGroup = Group,
                    TranStateTableOffset = sent.QueueOffset,
                    CommitLogOffset = id.PhysicalOffset,
                    CommitOrRollback = (int)outcome,
                    MsgId = sent.MessageId,
                    TransactionId = sent.MessageId,
                },
                failure);
            await _client.Calls.SendOneWayAsync(address, end, EndTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RocketeerException lost)
        {
            _logger.OutcomeNotSent(lost, address, Group, sent.MessageId);
        }
    }
}
