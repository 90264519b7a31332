using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 101.</summary>
public readonly record struct GetKVConfigResponseHeader : ICommandHeader<GetKVConfigResponseHeader>
{
    /// <summary>Value.</summary>
    public string? Value { get; init; }

    /// <inheritdoc/>
    public static GetKVConfigResponseHeader Read(ref ExtFieldReader fields)
    {
        string? value = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("value"u8))
            {
                value = fields.GetString();
            }
        }

        return new GetKVConfigResponseHeader
        {
            Value = value,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("value"u8, Value);
    }
}
