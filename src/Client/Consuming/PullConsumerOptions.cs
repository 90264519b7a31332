using Microsoft.Extensions.Options;

namespace Rocketeer.Client.Consuming;

/// <summary>How a pull consumer works. Read when the consumer is created; later changes have no effect.</summary>
public sealed class PullConsumerOptions
{
    /// <summary>Where <see cref="PullConsumer.ReadAllAsync"/> begins without an offset: first or last. Default first.</summary>
    public ConsumeFrom ReadFrom { get; set; } = ConsumeFrom.FirstOffset;

    /// <summary>Messages that <see cref="PullConsumer.ReadAllAsync"/> keeps ready, 1 to 65,535. Default 1000.</summary>
    public int ReadAhead { get; set; } = 1000;

    /// <summary>Deliveries of a message that was sent back before it becomes a dead letter. Default 16.</summary>
    public int MaxReconsumeTimes { get; set; } = 16;

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionsValidationException">Names each value that is wrong, and its range.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        if (ReadAhead is < 1 or > 65_535)
        {
            faults.Add("ReadAhead must be 1 to 65,535.");
        }

        if (MaxReconsumeTimes < 0)
        {
            faults.Add("MaxReconsumeTimes must not be negative.");
        }

        if (ReadFrom is not (ConsumeFrom.FirstOffset or ConsumeFrom.LastOffset))
        {
            faults.Add("ReadFrom must be FirstOffset or LastOffset.");
        }

        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(PullConsumerOptions), typeof(PullConsumerOptions), faults);
        }
    }

    internal PullConsumerOptions Copy() => (PullConsumerOptions)MemberwiseClone();
}
