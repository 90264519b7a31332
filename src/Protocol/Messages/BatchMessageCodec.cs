using System.Buffers;
using System.Buffers.Binary;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// The body of a batch: items behind one another, each with flag, body and properties; topic and queue are the batch's
/// (reference: protocol-remoting.md section 9.3).
/// </summary>
public static class BatchMessageCodec
{
    internal const int FlagAt = 12; // behind the item's size, magic and checksum, the latter two written as 0
    internal const int BodyLengthAt = FlagAt + sizeof(int);
    internal const int BodyAt = BodyLengthAt + sizeof(int);

    /// <summary>Bytes of an item without its body and properties.</summary>
    public const int FixedLength = BodyAt + sizeof(short);

    /// <summary>Appends one item.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="flag">The user's flag.</param>
    /// <param name="body">The body, never compressed.</param>
    /// <param name="properties">Properties string, UTF-8.</param>
    /// <exception cref="ArgumentException">The properties are longer than their length field can say.</exception>
    public static void Append(IBufferWriter<byte> output, int flag, ReadOnlySpan<byte> body, ReadOnlySpan<byte> properties)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (properties.Length > MessageRecordLayout.MaxPropertiesBytes)
        {
            throw new ArgumentException(
                $"The properties have {properties.Length} bytes; a message holds {MessageRecordLayout.MaxPropertiesBytes}.", nameof(properties));
        }

        var size = FixedLength + body.Length + properties.Length;
        var item = output.GetSpan(size);
        BinaryPrimitives.WriteInt32BigEndian(item, size);
        item[sizeof(int)..FlagAt].Clear();
        BinaryPrimitives.WriteInt32BigEndian(item[FlagAt..], flag);
        BinaryPrimitives.WriteInt32BigEndian(item[BodyLengthAt..], body.Length);
        body.CopyTo(item[BodyAt..]);
        var tail = item[(BodyAt + body.Length)..];
        BinaryPrimitives.WriteInt16BigEndian(tail, (short)properties.Length);
        properties.CopyTo(tail[sizeof(short)..]);
        output.Advance(size);
    }
}
