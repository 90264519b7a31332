namespace Rocketeer.Client.Producing.Transactions;

/// <summary>Runs the local transaction of one message, whose half message a broker has stored.</summary>
/// <param name="message">The message as it was given to the producer.</param>
/// <param name="transactionId">Its id, to be kept with what the transaction changes, so that a check finds it.</param>
/// <param name="cancellationToken">The sender's token.</param>
/// <returns>What became of it. An exception counts as <see cref="TransactionOutcome.Unknown"/>.</returns>
public delegate ValueTask<TransactionOutcome> TransactionExecutor(Message message, string transactionId, CancellationToken cancellationToken);
