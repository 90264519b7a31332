using System.Buffers.Binary;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// Walks the items of a batch where they lie. As the original's broker, it goes by the lengths of body and properties and does not
/// look at an item's size, magic and checksum.
/// </summary>
/// <param name="batch">Body of the request.</param>
/// <example><code>while (items.Read()) { Store(items.Flag, items.Body, items.Properties); }</code></example>
public ref struct BatchMessageReader(ReadOnlySpan<byte> batch)
{
    private ReadOnlySpan<byte> _rest = batch;

    /// <summary>The user's flag of the current item.</summary>
    public int Flag { get; private set; }

    /// <summary>Body of the current item.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Properties string of the current item, UTF-8.</summary>
    public ReadOnlySpan<byte> Properties { get; private set; }

    /// <summary>Moves to the next item.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="BatchFormatException">The item is cut short or lies about a length.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < BatchMessageCodec.FixedLength)
        {
            throw Broken($"{_rest.Length} bytes are too few for an item");
        }

        Flag = BinaryPrimitives.ReadInt32BigEndian(_rest[BatchMessageCodec.FlagAt..]);
        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(_rest[BatchMessageCodec.BodyLengthAt..]);
        if (bodyLength < 0 || bodyLength > _rest.Length - BatchMessageCodec.FixedLength)
        {
            throw Broken($"a body length of {bodyLength} points outside it");
        }

        Body = _rest.Slice(BatchMessageCodec.BodyAt, bodyLength);
        var tail = _rest[(BatchMessageCodec.BodyAt + bodyLength)..];
        var propertiesLength = BinaryPrimitives.ReadInt16BigEndian(tail);
        tail = tail[sizeof(short)..];
        if (propertiesLength < 0 || propertiesLength > tail.Length)
        {
            throw Broken($"a properties length of {propertiesLength} points outside it");
        }

        Properties = tail[..propertiesLength];
        _rest = tail[propertiesLength..];
        return true;
    }

    private static BatchFormatException Broken(string what) => new($"The batch is broken: {what}. Send whole items.");
}
