namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Receives the extension fields of a header, in any order, each name once. Names are ASCII; values travel as strings, so numbers are
/// decimal and booleans are <c>true</c>/<c>false</c>.
/// </summary>
public interface IExtFieldWriter
{
    /// <summary>Writes a text field; nothing is written for <see langword="null"/>.</summary>
    void Write(scoped ReadOnlySpan<byte> name, string? value);

    /// <summary>Writes a text field whose value is UTF-8 already.</summary>
    void Write(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8Value);

    /// <summary>Writes a number.</summary>
    void Write(scoped ReadOnlySpan<byte> name, long value);

    /// <summary>Writes a boolean.</summary>
    void Write(scoped ReadOnlySpan<byte> name, bool value);
}
