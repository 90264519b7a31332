using Microsoft.Extensions.Options;

namespace Rocketeer.Client.Producing.Transactions;

/// <summary>How a producer of transactions works. The producer takes a copy when it is made; later changes have no effect on it.</summary>
public sealed class TransactionProducerOptions
{
    /// <summary>How it sends. The group is set by whoever makes the producer.</summary>
    public ProducerOptions Sending { get; private set; } = new();

    /// <summary>
    /// Topics that transactions are sent to. Their brokers know the producer from its start, and not only from its first send, so that they
    /// can ask it about transactions that its predecessor left open. Default none.
    /// </summary>
    public IList<string> Topics { get; private set; } = [];

    /// <summary>Checks that are handled at once. Default 4; 1 to 1024.</summary>
    public int ChecksAtOnce { get; set; } = 4;

    /// <summary>Checks that may wait to be handled; the broker asks again for those that find no room. Default 2000; at least 1.</summary>
    public int ChecksWaiting { get; set; } = 2000;

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionsValidationException">Names each value that is wrong, and why.</exception>
    public void Validate()
    {
        Sending.Validate();
        List<string> faults = [.. Topics.Select(NameRules.FaultOfTopic).OfType<string>()];
        if (ChecksAtOnce is < 1 or > 1024)
        {
            faults.Add("ChecksAtOnce must be 1 to 1024.");
        }

        if (ChecksWaiting < 1)
        {
            faults.Add("ChecksWaiting must be at least 1.");
        }

        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(TransactionProducerOptions), typeof(TransactionProducerOptions), faults);
        }
    }

    internal TransactionProducerOptions Copy()
    {
        var copy = (TransactionProducerOptions)MemberwiseClone();
        copy.Sending = Sending.Copy();
        copy.Topics = [.. Topics];
        return copy;
    }
}
