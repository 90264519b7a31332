using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 103: what a slave needs to know of its master.</summary>
public readonly record struct RegisterBrokerResponseHeader : ICommandHeader<RegisterBrokerResponseHeader>
{
    /// <summary>Address at which the master serves replication.</summary>
    public string? HaServerAddr { get; init; }

    /// <summary>Address of the master of this broker group.</summary>
    public string? MasterAddr { get; init; }

    /// <summary>
    /// Rocketeer's own, in a refusal: the epoch of the broker group that the name server knows, above that of the broker that registered as
    /// its master. 0, and then not sent, otherwise.
    /// </summary>
    public long NewerEpoch { get; init; }

    /// <inheritdoc/>
    public static RegisterBrokerResponseHeader Read(ref ExtFieldReader fields)
    {
        string? haServerAddr = null;
        string? masterAddr = null;
        long? newerEpoch = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("haServerAddr"u8))
            {
                haServerAddr = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("masterAddr"u8))
            {
                masterAddr = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("newerEpoch"u8))
            {
                newerEpoch = fields.GetInt64OrNull();
            }
        }

        return new RegisterBrokerResponseHeader
        {
            HaServerAddr = haServerAddr,
            MasterAddr = masterAddr,
            NewerEpoch = newerEpoch ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("haServerAddr"u8, HaServerAddr);
        writer.Write("masterAddr"u8, MasterAddr);
        if (NewerEpoch > 0)
        {
            writer.Write("newerEpoch"u8, NewerEpoch);
        }
    }
}
