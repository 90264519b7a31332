using Microsoft.Extensions.Options;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <summary>
/// How one producer sends. The producer takes a copy when it is made; later changes have no effect on it. Defaults are the original's
/// (reference: namesrv-and-client.md C1) where it has one.
/// </summary>
public sealed class ProducerOptions
{
    /// <summary>Producer group: names the producer in statistics, and finds another one of the group when a transaction must be checked. No default.</summary>
    public string Group { get; set; } = "";

    /// <summary>Longest time for one send, all attempts, lookups and waiting for room together. Default 3 s; at least 1 ms.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Further attempts after the first one fails. Default 2; 0 to 100.</summary>
    public int Retries { get; set; } = 2;

    /// <summary>
    /// True also tries another broker when one stored the message but its disk or slave did not confirm in time. Default false: the result says so.
    /// </summary>
    public bool RetryWhenNotConfirmed { get; set; }

    /// <summary>True keeps away for a while from brokers that failed or were slow. Default false: only the retry of a message avoids the broker that failed.</summary>
    public bool AvoidFaultyBrokers { get; set; }

    /// <summary>Bodies of at least this many bytes are compressed. Default 4096; at least 1. <see cref="int.MaxValue"/> never compresses.</summary>
    public int CompressFromBytes { get; set; } = 4096;

    /// <summary>Level of zlib, 0 (none) to 9 (smallest). Default 5.</summary>
    public int CompressionLevel { get; set; } = 5;

    /// <summary>Longest body, before compression, in bytes; also the size at which batches are split. Default 4 MiB; at least 1 KiB.</summary>
    public int MaxMessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Messages on their way at once; more wait, within <see cref="SendTimeout"/>. Default 16,384; at least 1.</summary>
    public int MaxInFlightMessages { get; set; } = 16_384;

    /// <summary>Bytes of bodies on their way at once; more wait, within <see cref="SendTimeout"/>. Default 128 MiB; at least <see cref="MaxMessageBytes"/>.</summary>
    public long MaxInFlightBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>Topic whose settings a topic gets that its first message creates. Default <c>TBW102</c>, which brokers have if they create topics.</summary>
    public string TemplateTopic { get; set; } = TopicNames.AutoCreateTemplate;

    /// <summary>Queues per broker of a topic that its first message creates. Default 4; 1 to 1024.</summary>
    public int NewTopicQueues { get; set; } = 4;

    /// <summary>Message trace; off by default.</summary>
    public TraceOptions Trace { get; set; } = new();

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionsValidationException">Names each value that is wrong, and why.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        if (NameRules.FaultOfGroup(Group) is { } groupFault)
        {
            faults.Add(groupFault);
        }

        Require(SendTimeout >= TimeSpan.FromMilliseconds(1), "SendTimeout must be at least 1 ms.");
        Require(Retries is >= 0 and <= 100, "Retries must be 0 to 100.");
        Require(CompressFromBytes >= 1, "CompressFromBytes must be at least 1.");
        Require(CompressionLevel is >= 0 and <= 9, "CompressionLevel must be 0 to 9.");
        Require(MaxMessageBytes >= 1024, "MaxMessageBytes must be at least 1024.");
        Require(MaxInFlightMessages >= 1, "MaxInFlightMessages must be at least 1.");
        Require(MaxInFlightBytes >= MaxMessageBytes, "MaxInFlightBytes must be at least MaxMessageBytes.");
        Require(NameRules.FaultOfTopic(TemplateTopic) is null, "TemplateTopic must be a topic name.");
        Require(NewTopicQueues is >= 1 and <= 1024, "NewTopicQueues must be 1 to 1024.");
        Require(Trace is not null, "Trace must not be null.");
        Trace?.CollectFaults(faults);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(ProducerOptions), typeof(ProducerOptions), faults);
        }

        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    internal ProducerOptions Copy()
    {
        var copy = (ProducerOptions)MemberwiseClone();
        copy.Trace = Trace?.Copy()!;
        return copy;
    }
}
