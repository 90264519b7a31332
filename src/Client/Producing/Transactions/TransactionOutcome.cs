using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing.Transactions;

/// <summary>What became of a local transaction.</summary>
public enum TransactionOutcome
{
    /// <summary>Not known yet: the broker asks later, again and again, and gives the message up after its <c>transactionCheckMax</c>.</summary>
    Unknown = MessageSysFlags.TransactionNot,

    /// <summary>It happened: consumers get the message.</summary>
    Commit = MessageSysFlags.TransactionCommit,

    /// <summary>It did not happen: nobody gets the message.</summary>
    Rollback = MessageSysFlags.TransactionRollback,
}
