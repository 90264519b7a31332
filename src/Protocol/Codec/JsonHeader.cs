using System.Text;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Codec;

/// <summary>Reads the JSON header form, as tolerant as the original's parser (reference: protocol-remoting.md section 3).</summary>
internal static class JsonHeader
{
    private enum Field
    {
        Other,
        Code,
        Language,
        Version,
        Opaque,
        Flag,
        Remark,
        ExtFields,
    }

    /// <summary>Splits a header; the extension fields are scanned once here, so that a walk over them cannot fail.</summary>
    /// <exception cref="FrameFormatException">The text is not such an object.</exception>
    public static CommandEnvelope Parse(ReadOnlySpan<byte> header, out ReadOnlySpan<byte> fields, out bool hasFields)
    {
        int code = 0, version = 0, opaque = 0, flags = 0;
        var language = LanguageCode.Java;
        string? remark = null;
        fields = default;
        hasFields = false;

        var json = new JsonScanner(header);
        json.EnterObject();
        for (var first = true; json.TryReadName(first, out var name); first = false)
        {
            var field = Identify(name);
            if (field == Field.ExtFields && json.PeekKind() == JsonTokenKind.Object)
            {
                fields = ScanFields(ref json, header);
                hasFields = true;
                continue;
            }

            var value = json.ReadValue();
            switch (field)
            {
                case Field.Code:
                    code = Int32(value, code, "code");
                    break;
                case Field.Version:
                    version = Int32(value, version, "version");
                    break;
                case Field.Opaque:
                    opaque = Int32(value, opaque, "opaque");
                    break;
                case Field.Flag:
                    flags = Int32(value, flags, "flag");
                    break;
                case Field.Language:
                    language = Language(value);
                    break;
                case Field.Remark:
                    remark = value.Kind == JsonTokenKind.Null ? null : Text(value);
                    break;
                case Field.ExtFields:
                    RequireNoFields(value);
                    fields = default;
                    hasFields = false;
                    break;
            }
        }

        json.ExpectEnd();
        return new CommandEnvelope
        {
            Code = code,
            Language = language,
            Version = version,
            Opaque = opaque,
            Flags = (CommandFlags)flags,
            Remark = remark,
            SerializeType = SerializeType.Json,
        };
    }

    private static Field Identify(scoped in JsonToken name)
    {
        var exact = IdentifyExactly(name.Raw);
        return exact != Field.Other ? exact : IdentifyFolded(name.Raw);
    }

    private static Field IdentifyExactly(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("code"u8) => Field.Code,
        4 when name.SequenceEqual("flag"u8) => Field.Flag,
        6 when name.SequenceEqual("opaque"u8) => Field.Opaque,
        6 when name.SequenceEqual("remark"u8) => Field.Remark,
        7 when name.SequenceEqual("version"u8) => Field.Version,
        8 when name.SequenceEqual("language"u8) => Field.Language,
        9 when name.SequenceEqual("extFields"u8) || name.SequenceEqual("extfields"u8) => Field.ExtFields,
        _ => Field.Other,
    };

    private static Field IdentifyFolded(ReadOnlySpan<byte> name)
    {
        Span<byte> folded = stackalloc byte[16];
        var length = 0;
        foreach (var c in name)
        {
            if (c is (byte)'_' or (byte)'-')
            {
                continue;
            }

            if (length == folded.Length)
            {
                return Field.Other;
            }

            folded[length++] = c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
        }

        return IdentifyExactly(folded[..length]);
    }

    private static int Int32(in JsonToken value, int absent, string field)
    {
        if (value.Kind == JsonTokenKind.Null)
        {
            return absent;
        }

        if (value.Kind is JsonTokenKind.Literal or JsonTokenKind.String
            && JsonText.TryParseInt64(value.Raw, out var number) && number is >= int.MinValue and <= int.MaxValue)
        {
            return (int)number;
        }

        throw new FrameFormatException($"The field '{field}' of the header is not a 32-bit number.");
    }

    private static LanguageCode Language(in JsonToken value)
    {
        if (value.Kind == JsonTokenKind.Literal)
        {
            return JsonText.TryParseInt64(value.Raw, out var ordinal) && ordinal is >= 0 and <= (long)LanguageCode.Oms
                ? (LanguageCode)ordinal
                : throw new FrameFormatException("The field 'language' of the header is a number that no language has.");
        }

        if (value.Kind == JsonTokenKind.String)
        {
            if (value.Raw.SequenceEqual("JAVA"u8))
            {
                return LanguageCode.Java;
            }

            for (var language = LanguageCode.Java; language <= LanguageCode.Oms; language++)
            {
                if (Ascii.EqualsIgnoreCase(value.Raw, LanguageNames.Utf8(language)))
                {
                    return language;
                }
            }
        }

        return LanguageCode.Unknown;
    }

    private static string Text(in JsonToken value)
    {
        if (!value.IsEscaped)
        {
            return Encoding.UTF8.GetString(value.Raw);
        }

        var scratch = ThreadScratch.ForReading(value.Raw.Length);
        return Encoding.UTF8.GetString(scratch[..JsonText.Unescape(value.Raw, scratch)]);
    }

    /// <summary>Walks the object once, which checks it, and returns its text.</summary>
    private static ReadOnlySpan<byte> ScanFields(scoped ref JsonScanner json, ReadOnlySpan<byte> header)
    {
        var start = json.Position;
        json.EnterObject();
        for (var first = true; json.TryReadName(first, out _); first = false)
        {
            json.ReadValue();
        }

        return header[start..json.Position];
    }

    private static void RequireNoFields(scoped in JsonToken value)
    {
        if (value.Kind != JsonTokenKind.Null && !(value.Kind == JsonTokenKind.String && value.Raw.IsEmpty))
        {
            throw new FrameFormatException("The field 'extFields' of the header is not an object.");
        }
    }
}
