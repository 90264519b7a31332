namespace Rocketeer.Client.Producing.Transactions;

/// <summary>What became of a message that was sent in a transaction.</summary>
/// <param name="Sent">Where its half message is stored. Not where consumers find it: that is known when the transaction is committed.</param>
/// <param name="Outcome">
/// What the local transaction said; <see cref="TransactionOutcome.Rollback"/> without it having run when the half message is not
/// <see cref="SendStatus.Stored"/> as safely as configured. The broker is told without an answer; if that is lost, it asks.
/// </param>
/// <param name="Failure">What the local transaction threw, or <see langword="null"/>.</param>
public sealed record TransactionResult(SendResult Sent, TransactionOutcome Outcome, Exception? Failure = null)
{
    /// <summary>Id of the transaction, which is that of the message.</summary>
    public string TransactionId => Sent.MessageId;
}
