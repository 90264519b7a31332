using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>
/// A header that is declared but has no fields: the command then carries an empty <c>extFields</c> object, unlike with
/// <see cref="EmptyHeader"/>. Handlers of the original that declare a header class answer like this when they refuse.
/// </summary>
public readonly record struct NoFieldsHeader : ICommandHeader<NoFieldsHeader>
{
    /// <inheritdoc/>
    public static NoFieldsHeader Read(ref ExtFieldReader fields) => default;

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
    }
}
