using System.Globalization;
using System.Text;

namespace Rocketeer.Hosting.Configuration;

/// <summary>One pass over the text of a property file.</summary>
/// <param name="text">The text.</param>
/// <param name="source">Names it in error messages.</param>
internal sealed class PropertyParser(string text, string source)
{
    private int _at;
    private int _line = 1;

    private bool AtEnd => _at >= text.Length;

    public PropertySet Parse()
    {
        var properties = new PropertySet(source);
        while (true)
        {
            SkipBlanksAndLineEnds();
            if (AtEnd)
            {
                return properties;
            }

            if (text[_at] is '#' or '!')
            {
                SkipLine();
                continue;
            }

            var line = _line;
            var key = ReadKey();
            if (key.Length == 0)
            {
                throw Error(line, "a value without a key; write key=value");
            }

            SkipSeparator(line, key);
            properties[key] = ReadToken(endsAtSeparator: false);
        }
    }

    private string ReadKey() => ReadToken(endsAtSeparator: true);

    /// <summary>Reads up to the end of the logical line, or of the key, resolving escapes and continuation lines.</summary>
    private string ReadToken(bool endsAtSeparator)
    {
        var token = new StringBuilder();
        while (!AtEnd && text[_at] is not ('\n' or '\r'))
        {
            var c = text[_at];
            if (endsAtSeparator && c is ('=' or ':' or ' ' or '\t' or '\f'))
            {
                break;
            }

            _at++;
            if (c != '\\')
            {
                token.Append(c);
                continue;
            }

            ReadEscape(token);
        }

        return token.ToString();
    }

    private void ReadEscape(StringBuilder token)
    {
        if (AtEnd)
        {
            throw Error(_line, "the text ends in a backslash, so the line that it continues on is missing");
        }

        var c = text[_at];
        if (c is '\n' or '\r')
        {
            SkipLineEnd();
            SkipBlanks();
            return;
        }

        _at++;
        token.Append(c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'u' => ReadUnicode(),
            _ => c,
        });
    }

    private char ReadUnicode()
    {
        if (_at + 4 > text.Length
            || !ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw Error(_line, "\\u must be followed by four hexadecimal digits; write a backslash as \\\\");
        }

        _at += 4;
        return (char)code;
    }

    private void SkipSeparator(int line, string key)
    {
        var start = _at;
        SkipBlanks();
        if (!AtEnd && text[_at] is ('=' or ':'))
        {
            _at++;
            SkipBlanks();
            return;
        }

        // "key value" is a pair; "key" alone is what a cut or a typing mistake leaves.
        if (_at == start || AtEnd || text[_at] is ('\n' or '\r'))
        {
            throw Error(line, $"'{Shown.Short(key)}' has no value; write {Shown.Short(key)}=value, or {Shown.Short(key)}= for an empty one");
        }
    }

    private void SkipBlanksAndLineEnds()
    {
        while (!AtEnd)
        {
            SkipBlanks();
            if (AtEnd || text[_at] is not ('\n' or '\r'))
            {
                return;
            }

            SkipLineEnd();
        }
    }

    private void SkipBlanks()
    {
        while (!AtEnd && text[_at] is (' ' or '\t' or '\f'))
        {
            _at++;
        }
    }

    private void SkipLine()
    {
        while (!AtEnd && text[_at] is not ('\n' or '\r'))
        {
            _at++;
        }
    }

    private void SkipLineEnd()
    {
        if (text[_at] == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n')
        {
            _at++;
        }

        _at++;
        _line++;
    }

    private ConfigurationException Error(int line, string problem) => new($"{source}, line {line}: {problem}.");
}
