namespace Rocketeer.Protocol.Messages;

/// <summary>The system flag word of a message (reference: store.md section 3.1).</summary>
public static class MessageSysFlags
{
    /// <summary>The producer deflated the body (zlib); the broker never inflates it.</summary>
    public const int Compressed = 0x1;

    /// <summary>Set by the broker when the topic filters on several tags.</summary>
    public const int MultiTags = 0x2;

    /// <summary>Mask of the transaction type.</summary>
    public const int TransactionMask = 0xC;

    /// <summary>Transaction type of an ordinary message.</summary>
    public const int TransactionNot = 0x0;

    /// <summary>A prepared (half) message: no queue offset, not in a consume queue.</summary>
    public const int TransactionPrepared = 0x4;

    /// <summary>A committed transaction message.</summary>
    public const int TransactionCommit = 0x8;

    /// <summary>A rolled back transaction message: no queue offset, not in a consume queue, not indexed.</summary>
    public const int TransactionRollback = 0xC;

    /// <summary>The transaction type in a flag word.</summary>
    public static int TransactionType(int sysFlag) => sysFlag & TransactionMask;

    /// <summary>The flag word with another transaction type.</summary>
    public static int WithTransactionType(int sysFlag, int type) => (sysFlag & ~TransactionMask) | type;

    /// <summary>True for the types that take a place in their consume queue: ordinary and committed.</summary>
    public static bool TakesQueueOffset(int sysFlag) => TransactionType(sysFlag) is TransactionNot or TransactionCommit;
}
