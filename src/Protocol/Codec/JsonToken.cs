namespace Rocketeer.Protocol.Codec;

/// <summary>One value or name found by <see cref="JsonScanner"/>.</summary>
/// <param name="kind">What it is.</param>
/// <param name="start">Index of the first byte of <paramref name="raw"/> in the scanned text.</param>
/// <param name="raw">Its bytes, without quotes, escapes still in place.</param>
/// <param name="isEscaped">True when the bytes hold an escape.</param>
/// <param name="isQuoted">True for a string that stood in quotes.</param>
internal readonly ref struct JsonToken(JsonTokenKind kind, int start, ReadOnlySpan<byte> raw, bool isEscaped, bool isQuoted = false)
{
    public JsonTokenKind Kind { get; } = kind;

    public int Start { get; } = start;

    public ReadOnlySpan<byte> Raw { get; } = raw;

    public bool IsEscaped { get; } = isEscaped;

    public bool IsQuoted { get; } = isQuoted;
}

/// <summary>Kinds of JSON values, as far as a reader of headers cares.</summary>
internal enum JsonTokenKind
{
    Null,
    String,
    Literal,
    Object,
    Array,
}
