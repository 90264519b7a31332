using System.Buffers.Binary;
using System.Text;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Codec;

/// <summary>Reads the binary header form that the original calls ROCKETMQ (reference: protocol-remoting.md section 4).</summary>
internal static class BinaryHeader
{
    /// <summary>Splits a header and checks every length in it, so that a walk over the fields cannot fail.</summary>
    /// <exception cref="FrameFormatException">A length points outside the header.</exception>
    public static CommandEnvelope Parse(ReadOnlySpan<byte> header, out ReadOnlySpan<byte> fields, out bool hasFields)
    {
        var at = 0;
        var code = TakeInt16(header, ref at);
        var language = Take(header, ref at, 1)[0];
        var version = TakeInt16(header, ref at);
        var opaque = TakeInt32(header, ref at);
        var flags = TakeInt32(header, ref at);
        var remarkLength = TakeInt32(header, ref at);
        var remark = remarkLength > 0 ? Encoding.UTF8.GetString(Take(header, ref at, remarkLength)) : null;
        var fieldsLength = TakeInt32(header, ref at);
        hasFields = fieldsLength > 0;
        fields = hasFields ? Take(header, ref at, fieldsLength) : default;

        for (var field = 0; field < fields.Length;)
        {
            Take(fields, ref field, TakeInt16(fields, ref field));
            Take(fields, ref field, TakeInt32(fields, ref field));
        }

        return new CommandEnvelope
        {
            Code = code,
            Language = language <= (byte)LanguageCode.Oms ? (LanguageCode)language : LanguageCode.Unknown,
            Version = version,
            Opaque = opaque,
            Flags = (CommandFlags)flags,
            Remark = remark,
            SerializeType = SerializeType.RocketMq,
        };
    }

    public static short TakeInt16(ReadOnlySpan<byte> source, scoped ref int at) =>
        BinaryPrimitives.ReadInt16BigEndian(Take(source, ref at, sizeof(short)));

    public static int TakeInt32(ReadOnlySpan<byte> source, scoped ref int at) =>
        BinaryPrimitives.ReadInt32BigEndian(Take(source, ref at, sizeof(int)));

    public static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> source, scoped ref int at, int length)
    {
        if ((uint)length > (uint)(source.Length - at))
        {
            throw new FrameFormatException($"The binary header is broken at byte {at}: a length of {length} points outside it.");
        }

        var taken = source.Slice(at, length);
        at += length;
        return taken;
    }
}
