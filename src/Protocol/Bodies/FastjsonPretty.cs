using System.Buffers;
using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Bodies;

/// <summary>
/// Writes the configuration files of a broker and of a broadcasting consumer the way fastjson lays them out (reference: store.md
/// section 19): tabs, a line per member, but no line breaks between the entries of maps whose keys are not strings.
/// <see cref="BodyJson.Deserialize"/> reads them.
/// </summary>
public static class FastjsonPretty
{
    /// <summary>Writes a file.</summary>
    /// <typeparam name="T">One of the types of this namespace.</typeparam>
    public static byte[] Serialize<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonScanner(BodyJson.SerializeAsFastjson(value), allowObjectNames: true);
        WriteValue(ref json, output, depth: 0);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteValue(ref JsonScanner json, ArrayBufferWriter<byte> output, int depth)
    {
        switch (json.PeekKind())
        {
            case JsonTokenKind.Object:
                WriteObject(ref json, output, depth);
                break;
            case JsonTokenKind.String:
                WriteQuoted(json.ReadValue(), output);
                break;
            default: // lists hold numbers only in these files, and fastjson writes those on one line
                output.Write(json.ReadValue().Raw);
                break;
        }
    }

    private static void WriteObject(ref JsonScanner json, ArrayBufferWriter<byte> output, int depth)
    {
        json.EnterObject();
        output.Write("{"u8);
        var first = true;
        for (; json.TryReadName(first, out var name); first = false)
        {
            output.Write(first ? ""u8 : ","u8);
            if (name.Kind == JsonTokenKind.Object)
            {
                var key = new JsonScanner(name.Raw);
                WriteValue(ref key, output, depth + 1);
            }
            else if (name.IsQuoted)
            {
                BreakLine(output, depth + 1);
                WriteQuoted(name, output);
            }
            else
            {
                output.Write(name.Raw);
            }

            output.Write(":"u8);
            WriteValue(ref json, output, depth + 1);
        }

        if (!first)
        {
            BreakLine(output, depth);
        }

        output.Write("}"u8);
    }

    private static void WriteQuoted(scoped in JsonToken text, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        output.Write(text.Raw);
        output.Write("\""u8);
    }

    private static void BreakLine(ArrayBufferWriter<byte> output, int depth)
    {
        output.Write("\n"u8);
        output.GetSpan(depth)[..depth].Fill((byte)'\t');
        output.Advance(depth);
    }
}
