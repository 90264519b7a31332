using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing.Transactions;

/// <summary>
/// The local side of transactions: runs them, and knows afterwards what became of them. Called from several threads at once.
/// </summary>
public interface ITransactionHandler
{
    /// <summary>Runs the local transaction of a message, whose half message a broker has stored.</summary>
    /// <param name="message">The message as it was given to the producer.</param>
    /// <param name="transactionId">Its id, to be kept with what the transaction changes, so that <see cref="CheckAsync"/> finds it.</param>
    /// <param name="argument">What the sender passed on, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">The sender's token.</param>
    /// <returns>What became of it. An exception counts as <see cref="TransactionOutcome.Unknown"/>.</returns>
    ValueTask<TransactionOutcome> ExecuteAsync(Message message, string transactionId, object? argument, CancellationToken cancellationToken);

    /// <summary>
    /// Tells a broker that has heard nothing what became of a transaction: this producer's, or one of another producer of the group, which
    /// may be gone. May be asked more than once for one transaction, also while <see cref="ExecuteAsync"/> still runs.
    /// </summary>
    /// <param name="message">The half message; <see cref="MessageExt.MessageId"/> is the id of the transaction.</param>
    /// <param name="cancellationToken">Fires when the producer is disposed.</param>
    /// <returns>What became of it. An exception counts as <see cref="TransactionOutcome.Unknown"/>: the broker asks again.</returns>
    ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken);
}
