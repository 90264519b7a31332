using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 103: what a slave needs to know of its master.</summary>
public readonly record struct RegisterBrokerResponseHeader : ICommandHeader<RegisterBrokerResponseHeader>
{
    /// <summary>Address at which the master serves replication.</summary>
    public string? HaServerAddr { get; init; }

    /// <summary>Address of the master of this broker group.</summary>
    public string? MasterAddr { get; init; }

    /// <inheritdoc/>
    public static RegisterBrokerResponseHeader Read(ref ExtFieldReader fields)
    {
        string? haServerAddr = null;
        string? masterAddr = null;
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
        }

        return new RegisterBrokerResponseHeader
        {
            HaServerAddr = haServerAddr,
            MasterAddr = masterAddr,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("haServerAddr"u8, HaServerAddr);
        writer.Write("masterAddr"u8, MasterAddr);
    }
}
