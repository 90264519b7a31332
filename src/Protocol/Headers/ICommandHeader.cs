using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>
/// A typed custom header: the extension fields of one request or response. Field names are the original's Java field names; null
/// fields are not written, primitive ones always are (reference: protocol-remoting.md section 5).
/// </summary>
public interface ICommandHeader
{
    /// <summary>Writes every field that is not null.</summary>
    /// <typeparam name="TWriter">A writer for one of the header serializations; a struct, so that nothing is boxed.</typeparam>
    /// <param name="writer">Receives the fields.</param>
    void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct;
}

/// <summary>A typed custom header that can also be read.</summary>
/// <typeparam name="TSelf">The header itself.</typeparam>
public interface ICommandHeader<TSelf> : ICommandHeader
    where TSelf : ICommandHeader<TSelf>
{
    /// <summary>
    /// Reads the fields it knows and skips the others. A field that is absent or does not parse keeps its default where the original
    /// lets it pass; where the original would fail on it later, it is named in the exception.
    /// </summary>
    /// <param name="fields">Positioned before the first field.</param>
    /// <exception cref="InvalidHeaderException">A field without which the request means nothing is missing or malformed.</exception>
    static abstract TSelf Read(ref ExtFieldReader fields);
}
