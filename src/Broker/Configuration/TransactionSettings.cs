using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>Settings of transactions: keys of the original's BrokerConfig (reference: broker.md section 12). Read live but where it says so.</summary>
public sealed class TransactionSettings
{
    /// <summary>Whether transactional messages are refused.</summary>
    [PropertyKey("rejectTransactionMessage", Important = true)]
    public bool RejectTransactionMessage { get; set; }

    /// <summary>Age in milliseconds from which a half message that nobody ended is checked with its producer group.</summary>
    [PropertyKey("transactionTimeOut", Min = 0, Max = 86400000, Important = true)]
    public long TransactionTimeOut { get; set; } = 6000;

    /// <summary>How often a half message is checked; afterwards it is discarded, that is, treated as rolled back.</summary>
    [PropertyKey("transactionCheckMax", Min = 1, Max = 1000000, Important = true)]
    public int TransactionCheckMax { get; set; } = 15;

    /// <summary>Milliseconds between two runs of the check.</summary>
    [PropertyKey("transactionCheckInterval", Min = 10, Max = 86400000, Important = true)]
    public long TransactionCheckInterval { get; set; } = 60000;

    /// <summary>Bound of the transaction ends that may wait.</summary>
    [PropertyKey("endTransactionPoolQueueCapacity", Min = 1)]
    [ReadAtStart]
    public int EndTransactionPoolQueueCapacity { get; set; } = 100_000;

    /// <summary>Ends of transactions in work at once, those included that wait for a disk or a replica.</summary>
    [PropertyKey("endTransactionThreadPoolNums", Min = 1, Max = 1024)]
    [ReadAtStart]
    public int EndTransactionThreadPoolNums { get; set; } = 8 + (2 * Environment.ProcessorCount);
}
