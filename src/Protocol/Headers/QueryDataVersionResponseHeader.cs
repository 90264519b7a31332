using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 322.</summary>
public readonly record struct QueryDataVersionResponseHeader : ICommandHeader<QueryDataVersionResponseHeader>
{
    /// <summary>True when the name server holds another version.</summary>
    public bool Changed { get; init; }

    /// <inheritdoc/>
    public static QueryDataVersionResponseHeader Read(ref ExtFieldReader fields)
    {
        var changed = false;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("changed"u8))
            {
                changed = fields.GetBoolean();
            }
        }

        return new QueryDataVersionResponseHeader
        {
            Changed = changed,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("changed"u8, Changed);
    }
}
