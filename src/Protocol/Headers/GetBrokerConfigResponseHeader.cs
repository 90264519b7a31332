using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 26.</summary>
public readonly record struct GetBrokerConfigResponseHeader : ICommandHeader<GetBrokerConfigResponseHeader>
{
    /// <summary>Data version of the configuration, JSON text.</summary>
    public string? Version { get; init; }

    /// <inheritdoc/>
    public static GetBrokerConfigResponseHeader Read(ref ExtFieldReader fields)
    {
        string? version = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("version"u8))
            {
                version = fields.GetString();
            }
        }

        return new GetBrokerConfigResponseHeader
        {
            Version = version,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("version"u8, Version);
    }
}
