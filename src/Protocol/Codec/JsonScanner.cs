using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Reads the JSON that fastjson reads, token by token, without allocating: keys in any quotes or none, single quotes, comments, a byte
/// order mark, a comma before a closing brace. Works forward only and never recurses, so the depth of the input costs nothing.
/// </summary>
internal ref struct JsonScanner
{
    /// <summary>Deepest nesting that is followed; one bit of a word remembers each open bracket.</summary>
    internal const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _allowObjectNames;
    private int _at;

    /// <param name="text">The document.</param>
    /// <param name="allowObjectNames">True to accept an object in the place of a name, as fastjson writes maps of objects.</param>
    public JsonScanner(ReadOnlySpan<byte> text, bool allowObjectNames = false)
    {
        _text = text;
        _allowObjectNames = allowObjectNames;
        _at = text.StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    /// <summary>Index of the next unread byte.</summary>
    public readonly int Position => _at;

    /// <summary>Consumes an opening brace.</summary>
    public void EnterObject()
    {
        SkipTrivia();
        Expect((byte)'{');
    }

    /// <summary>Reads the next member's name and the colon behind it.</summary>
    /// <param name="isFirst">True right behind the opening brace.</param>
    /// <param name="name">The name.</param>
    /// <returns>False when the closing brace was consumed instead.</returns>
    public bool TryReadName(bool isFirst, out JsonToken name)
    {
        name = default;
        SkipTrivia();
        if (!isFirst && Peek() != '}')
        {
            Expect((byte)',');
            SkipTrivia();
        }

        if (Peek() == '}')
        {
            _at++;
            return false;
        }

        name = Peek() is '"' or '\'' ? ReadString()
            : Peek() == '{' && _allowObjectNames ? ReadContainer()
            : ReadBareName();
        SkipTrivia();
        Expect((byte)':');
        return true;
    }

    /// <summary>Consumes an opening bracket.</summary>
    public void EnterArray()
    {
        SkipTrivia();
        Expect((byte)'[');
    }

    /// <summary>Moves to the next element of a list.</summary>
    /// <param name="isFirst">True right behind the opening bracket.</param>
    /// <returns>False when the closing bracket was consumed instead.</returns>
    public bool TryMoveToElement(bool isFirst)
    {
        SkipTrivia();
        if (!isFirst && Peek() != ']')
        {
            Expect((byte)',');
            SkipTrivia();
        }

        if (Peek() == ']')
        {
            _at++;
            return false;
        }

        return true;
    }

    /// <summary>What the next value looks like, by its first byte.</summary>
    public JsonTokenKind PeekKind()
    {
        SkipTrivia();
        return Peek() switch
        {
            '{' => JsonTokenKind.Object,
            '[' => JsonTokenKind.Array,
            '"' or '\'' => JsonTokenKind.String,
            _ => JsonTokenKind.Literal,
        };
    }

    /// <summary>Reads one value; of an object or a list, the whole of its text.</summary>
    public JsonToken ReadValue()
    {
        SkipTrivia();
        switch (Peek())
        {
            case '"' or '\'':
                return ReadString();
            case '{' or '[':
                return ReadContainer();
            default:
                return ReadLiteral();
        }
    }

    /// <summary>Refuses anything but white space and comments behind the document.</summary>
    public void ExpectEnd()
    {
        SkipTrivia();
        if (_at < _text.Length)
        {
            Fail("text follows the closing brace");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipTrivia()
    {
        // What programs write has neither blanks nor comments.
        if ((uint)_at >= (uint)_text.Length || _text[_at] is <= (byte)' ' or (byte)'/')
        {
            SkipBlanksAndComments();
        }
    }

    private void SkipBlanksAndComments()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'\b')
            {
                _at++;
            }
            else if (c == '/')
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipComment()
    {
        var rest = _text[_at..];
        var end = rest.StartsWith("/*"u8) ? rest[2..].IndexOf("*/"u8) + 4
            : rest.StartsWith("//"u8) ? rest.IndexOf((byte)'\n') + 1
            : 0;
        if (end < (rest.StartsWith("/*"u8) ? 4 : 1))
        {
            Fail("a comment does not end");
        }

        _at += end;
    }

    private JsonToken ReadString()
    {
        const int ShortString = 12; // most names and values; a vectorised search costs more than it saves there
        var quote = _text[_at];
        var start = _at + 1;
        var rest = _text[start..];
        var escaped = false;
        for (var at = 0; ;)
        {
            var searchFrom = Math.Min(rest.Length, at + ShortString);
            while (at < searchFrom && rest[at] != quote && rest[at] != '\\')
            {
                at++;
            }

            if (at == searchFrom)
            {
                var found = rest[at..].IndexOfAny(quote, (byte)'\\');
                if (found < 0)
                {
                    Fail("a string does not end");
                }

                at += found;
            }

            if (rest[at] == quote)
            {
                _at = start + at + 1;
                return new JsonToken(JsonTokenKind.String, start, rest[..at], escaped, isQuoted: true);
            }

            escaped = true;
            var length = JsonText.EscapeLength(rest[at..]);
            if (length == 0)
            {
                Fail("a string holds an unknown escape");
            }

            at += length;
        }
    }

    private JsonToken ReadBareName()
    {
        var start = _at;
        var name = TakeBareBytes();
        if (name.IsEmpty)
        {
            Fail("a field name is missing");
        }

        return new JsonToken(JsonTokenKind.String, start, name, false);
    }

    private ReadOnlySpan<byte> TakeBareBytes()
    {
        var rest = _text[_at..];
        var length = 0;
        while (length < rest.Length && IsBareNameByte(rest[length]))
        {
            length++;
        }

        _at += length;
        return rest[..length];
    }

    private JsonToken ReadLiteral()
    {
        var start = _at;
        var raw = TakeBareBytes();
        if (raw.SequenceEqual("null"u8) || raw.SequenceEqual("undefined"u8))
        {
            return new JsonToken(JsonTokenKind.Null, start, raw, false);
        }

        if (raw.IsEmpty || !(IsNumberStart(raw[0]) || raw.SequenceEqual("true"u8) || raw.SequenceEqual("false"u8) || raw.SequenceEqual("NaN"u8)))
        {
            Fail("a value is missing or unknown");
        }

        return new JsonToken(JsonTokenKind.Literal, start, raw, false);
    }

    private JsonToken ReadContainer()
    {
        var start = _at;
        var kind = _text[_at] == '{' ? JsonTokenKind.Object : JsonTokenKind.Array;
        var depth = 0;
        ulong braces = 0; // bit n is set when the bracket at depth n is a brace
        while (true)
        {
            SkipTrivia();
            switch (Peek())
            {
                case '{' or '[':
                    if (depth == MaxDepth)
                    {
                        Fail("values are nested too deeply");
                    }

                    braces = (braces << 1) | (_text[_at++] == '{' ? 1UL : 0UL);
                    depth++;
                    break;
                case '}' or ']':
                    if (((braces & 1) == 1) != (_text[_at++] == '}'))
                    {
                        Fail("brackets do not match");
                    }

                    braces >>= 1;
                    if (--depth == 0)
                    {
                        return new JsonToken(kind, start, _text[start.._at], false);
                    }

                    break;
                case '"' or '\'':
                    ReadString();
                    break;
                case ',' or ':':
                    _at++;
                    break;
                default:
                    ReadBareName();
                    break;
            }
        }
    }

    private readonly int Peek() => _at < _text.Length ? _text[_at] : -1;

    private void Expect(byte wanted)
    {
        if (Peek() != wanted)
        {
            FailMissing(wanted);
        }

        _at++;
    }

    private static bool IsNumberStart(byte c) => c is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.';

    private static bool IsBareNameByte(byte c) =>
        c is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or (byte)'$' or >= 0x80 || IsNumberStart(c);

    [DoesNotReturn]
    private readonly void FailMissing(byte wanted) => Fail($"'{(char)wanted}' is missing");

    [DoesNotReturn]
    private readonly void Fail(string what) => throw new FrameFormatException($"The JSON is broken at byte {_at}: {what}.");
}
