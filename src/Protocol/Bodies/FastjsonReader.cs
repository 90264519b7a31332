using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Bodies;

/// <summary>
/// Copies the JSON that fastjson writes and reads into strict JSON: bare and single-quoted keys get quotes, an object that serves as a
/// key becomes a string that holds its text, members that are null or NaN are left out, numbers lose a fraction of zero.
/// </summary>
internal static class FastjsonReader
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Copies one document.</summary>
    /// <exception cref="FrameFormatException">The text is not even fastjson's JSON, or is nested deeper than <see cref="JsonScanner.MaxDepth"/>.</exception>
    public static void CopyStrict(ReadOnlySpan<byte> json, IBufferWriter<byte> strict)
    {
        using var writer = new Utf8JsonWriter(strict, Options);
        var scanner = new JsonScanner(json, allowObjectNames: true);
        CopyValue(ref scanner, writer, depth: 0);
        scanner.ExpectEnd();
        writer.Flush();
    }

    private static void CopyValue(ref JsonScanner json, Utf8JsonWriter writer, int depth)
    {
        if (depth == JsonScanner.MaxDepth)
        {
            throw new FrameFormatException("The JSON is nested too deeply.");
        }

        switch (json.PeekKind())
        {
            case JsonTokenKind.Object:
                CopyObject(ref json, writer, depth);
                break;
            case JsonTokenKind.Array:
                json.EnterArray();
                writer.WriteStartArray();
                for (var first = true; json.TryMoveToElement(first); first = false)
                {
                    CopyValue(ref json, writer, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                CopyScalar(json.ReadValue(), writer);
                break;
        }
    }

    private static void CopyObject(ref JsonScanner json, Utf8JsonWriter writer, int depth)
    {
        json.EnterObject();
        writer.WriteStartObject();
        for (var first = true; json.TryReadName(first, out var name); first = false)
        {
            if (json.PeekKind() is JsonTokenKind.Object or JsonTokenKind.Array)
            {
                CopyName(name, writer);
                CopyValue(ref json, writer, depth + 1);
                continue;
            }

            var value = json.ReadValue();
            if (!IsNothing(value))
            {
                CopyName(name, writer);
                CopyScalar(value, writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void CopyName(scoped in JsonToken name, Utf8JsonWriter writer)
    {
        if (name.Kind != JsonTokenKind.Object)
        {
            writer.WritePropertyName(Text(name));
            return;
        }

        var strict = new ArrayBufferWriter<byte>(name.Raw.Length);
        using (var nameWriter = new Utf8JsonWriter(strict, Options))
        {
            var scanner = new JsonScanner(name.Raw); // no objects as keys in a key: each level would double the escapes
            CopyValue(ref scanner, nameWriter, depth: 0);
        }

        writer.WritePropertyName(strict.WrittenSpan);
    }

    private static void CopyScalar(scoped in JsonToken value, Utf8JsonWriter writer)
    {
        if (value.Kind == JsonTokenKind.String)
        {
            writer.WriteStringValue(Text(value));
        }
        else if (IsNothing(value))
        {
            writer.WriteNullValue();
        }
        else if (value.Raw.SequenceEqual("true"u8) || value.Raw.SequenceEqual("false"u8))
        {
            writer.WriteBooleanValue(value.Raw[0] == 't');
        }
        else if (Utf8Parser.TryParse(value.Raw, out long whole, out var consumed) && consumed == value.Raw.Length)
        {
            writer.WriteNumberValue(whole);
        }
        else if (double.TryParse(value.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            CopyNumber(number, writer);
        }
        else
        {
            throw new FrameFormatException("The JSON is broken: a value is no number.");
        }
    }

    private static void CopyNumber(double number, Utf8JsonWriter writer)
    {
        const double ExactBelow = 1L << 53;
        if (Math.Abs(number) < ExactBelow && Math.Truncate(number) == number)
        {
            writer.WriteNumberValue((long)number);
        }
        else
        {
            writer.WriteNumberValue(number);
        }
    }

    private static bool IsNothing(scoped in JsonToken value) =>
        value.Kind == JsonTokenKind.Null || (value.Kind == JsonTokenKind.Literal && value.Raw.SequenceEqual("NaN"u8));

    private static ReadOnlySpan<byte> Text(scoped in JsonToken token)
    {
        if (!token.IsEscaped)
        {
            return token.Raw;
        }

        var scratch = ThreadScratch.ForReading(token.Raw.Length);
        return scratch[..JsonText.Unescape(token.Raw, scratch)];
    }
}
