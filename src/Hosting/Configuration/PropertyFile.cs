using System.Text;

namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// Reads and writes Java property files: comments (<c>#</c>, <c>!</c>), <c>key=value</c>, <c>key:value</c>, <c>key value</c>,
/// continuation lines and <c>\uXXXX</c> escapes. Two differences from Java: the text is UTF-8, and what is a mistake in every
/// configuration (a key without a value separator, a dangling continuation, a broken escape) is an error with its line number.
/// Stateless and thread-safe.
/// </summary>
public static class PropertyFile
{
    /// <summary>Longest file or text read, in bytes (UTF-8); no configuration comes near it, other files given by mistake do.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">The file is missing, unreadable, too long, not text, or not a property file.</exception>
    public static PropertySet Read(string path)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file.Length > MaxBytes)
            {
                throw new ConfigurationException($"{path} is {file.Length} bytes long; a property file has at most {MaxBytes}.");
            }

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (FileNotFoundException e)
        {
            throw new ConfigurationException($"{path} does not exist; name an existing property file or leave the option out.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }

        return Parse(bytes, path);
    }

    /// <summary>Parses UTF-8 bytes.</summary>
    /// <param name="utf8">The text; a byte order mark is skipped.</param>
    /// <param name="source">Names the text in error messages.</param>
    /// <exception cref="ConfigurationException">The bytes are too many, not text, or not properties.</exception>
    public static PropertySet Parse(ReadOnlySpan<byte> utf8, string source)
    {
        if (utf8.Length > MaxBytes)
        {
            throw new ConfigurationException($"{source} is {utf8.Length} bytes long; properties have at most {MaxBytes}.");
        }

        // A crash of the machine while a file grows leaves zeros where its text was to be.
        var zero = utf8.IndexOf((byte)0);
        if (zero >= 0)
        {
            var line = utf8[..zero].Count((byte)'\n') + 1;
            throw new ConfigurationException($"{source}, line {line}: zero bytes instead of text; the file was only half written, restore it.");
        }

        try
        {
            return new PropertyParser(StrictUtf8.GetString(utf8).TrimStart('\uFEFF'), source).Parse();
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigurationException($"{source} is not UTF-8 text (first bad byte at {e.Index}).", e);
        }
    }

    /// <summary>
    /// The text form: one <c>key=value</c> line per entry, ending in a line feed, with backslashes, line breaks and leading blanks
    /// escaped so that Java and <see cref="Parse"/> read the same values back.
    /// </summary>
    public static string Format(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in entries)
        {
            AppendEscaped(text, key, isKey: true);
            text.Append('=');
            AppendEscaped(text, value, isKey: false);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void AppendEscaped(StringBuilder text, string part, bool isKey)
    {
        for (var i = 0; i < part.Length; i++)
        {
            var c = part[i];
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\f' => text.Append("\\f"),
                ' ' when isKey || i == 0 => text.Append("\\ "),
                '=' or ':' or '#' or '!' when isKey => text.Append('\\').Append(c),
                _ => text.Append(c),
            };
        }
    }
}
