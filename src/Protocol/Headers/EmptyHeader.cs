using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>The custom header of a command that has none; nothing is written and every field is skipped.</summary>
public readonly record struct EmptyHeader : ICommandHeader<EmptyHeader>
{
    /// <inheritdoc/>
    public static EmptyHeader Read(ref ExtFieldReader fields) => default;

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
    }
}
