using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Rocketeer.Protocol.Codec;

/// <summary>A growing buffer for one header, on the thread's scratch. Passed by reference only: a copy would go stale.</summary>
internal ref struct HeaderBuffer
{
    private const int MaxInt64Digits = 20;

    private static readonly SearchValues<char> SpecialChars = SearchValues.Create([.. ControlsAnd("\"\\\u007F\u2028\u2029")]);

    // U+2028 and U+2029 begin with 0xE2 in UTF-8.
    private static readonly SearchValues<byte> SpecialBytes =
        SearchValues.Create([.. ControlsAnd("\"\\\u007F\u00E2").Select(c => (byte)c)]);

    private byte[] _bytes;
    private int _length;

    public HeaderBuffer(int reserved)
    {
        _bytes = ThreadScratch.ForWriting(reserved);
        _length = reserved;
    }

    public readonly int Length => _length;

    public readonly Span<byte> Written => _bytes.AsSpan(0, _length);

    public void Append(byte value) => Reserve(1)[0] = value;

    public void Append(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void AppendInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), value);

    public void AppendInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), value);

    public readonly void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(at), value);

    public void AppendDecimal(long value)
    {
        EnsureRoom(MaxInt64Digits);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    public void AppendUtf8(scoped ReadOnlySpan<char> text)
    {
        EnsureRoom(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>Appends a JSON string with its quotes, escaped as fastjson escapes.</summary>
    public void AppendJsonString(scoped ReadOnlySpan<char> text)
    {
        Append((byte)'"');
        for (var special = text.IndexOfAny(SpecialChars); special >= 0; special = text.IndexOfAny(SpecialChars))
        {
            AppendUtf8(text[..special]);
            AppendEscape(text[special]);
            text = text[(special + 1)..];
        }

        AppendUtf8(text);
        Append((byte)'"');
    }

    /// <summary>Appends a JSON string with its quotes, escaped as fastjson escapes.</summary>
    public void AppendJsonString(scoped ReadOnlySpan<byte> utf8)
    {
        Append((byte)'"');
        for (var special = utf8.IndexOfAny(SpecialBytes); special >= 0; special = utf8.IndexOfAny(SpecialBytes))
        {
            Append(utf8[..special]);
            utf8 = utf8[special..];
            if (utf8[0] != 0xE2)
            {
                AppendEscape((char)utf8[0]);
                utf8 = utf8[1..];
            }
            else if (utf8.StartsWith("\u2028"u8) || utf8.StartsWith("\u2029"u8))
            {
                Append(utf8[2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
                utf8 = utf8[3..];
            }
            else
            {
                Append(utf8[0]);
                utf8 = utf8[1..];
            }
        }

        Append(utf8);
        Append((byte)'"');
    }

    private static IEnumerable<char> ControlsAnd(string others) => Enumerable.Range(0, 0x20).Select(c => (char)c).Concat(others);

    private void AppendEscape(char c)
    {
        switch (c)
        {
            case '"':
                Append("\\\""u8);
                break;
            case '\\':
                Append("\\\\"u8);
                break;
            case '\n':
                Append("\\n"u8);
                break;
            case '\r':
                Append("\\r"u8);
                break;
            case '\t':
                Append("\\t"u8);
                break;
            case '\b':
                Append("\\b"u8);
                break;
            case '\f':
                Append("\\f"u8);
                break;
            default:
                Append("\\u"u8);
                Utf8Formatter.TryFormat((ushort)c, Reserve(4), out _, new StandardFormat('X', 4));
                break;
        }
    }

    private Span<byte> Reserve(int count)
    {
        EnsureRoom(count);
        var place = _bytes.AsSpan(_length, count);
        _length += count;
        return place;
    }

    private void EnsureRoom(int count)
    {
        if (_bytes.Length - _length < count)
        {
            var longer = ThreadScratch.ForWriting(Math.Max(_bytes.Length * 2, _length + count));
            Written.CopyTo(longer);
            _bytes = longer;
        }
    }
}
