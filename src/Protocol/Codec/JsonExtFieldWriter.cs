namespace Rocketeer.Protocol.Codec;

/// <summary>Writes the members of the <c>extFields</c> object of a JSON header; every value becomes a string.</summary>
internal ref struct JsonExtFieldWriter(HeaderBuffer buffer) : IExtFieldWriter
{
    public HeaderBuffer Buffer = buffer;
    private bool _isBehindFirst;

    public void Write(scoped ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            WriteName(name);
            Buffer.AppendJsonString(value);
        }
    }

    public void Write(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8Value)
    {
        WriteName(name);
        Buffer.AppendJsonString(utf8Value);
    }

    public void Write(scoped ReadOnlySpan<byte> name, long value)
    {
        WriteName(name);
        Buffer.Append((byte)'"');
        Buffer.AppendDecimal(value);
        Buffer.Append((byte)'"');
    }

    public void Write(scoped ReadOnlySpan<byte> name, bool value)
    {
        WriteName(name);
        Buffer.Append(value ? "\"true\""u8 : "\"false\""u8);
    }

    /// <summary>Writes a field of a map, whose name may need escapes.</summary>
    public void Write(string name, string? value)
    {
        if (value is not null)
        {
            AppendSeparator();
            Buffer.AppendJsonString(name);
            Buffer.Append((byte)':');
            Buffer.AppendJsonString(value);
        }
    }

    private void WriteName(scoped ReadOnlySpan<byte> name)
    {
        AppendSeparator();
        Buffer.Append((byte)'"');
        Buffer.Append(name);
        Buffer.Append("\":"u8);
    }

    private void AppendSeparator()
    {
        if (_isBehindFirst)
        {
            Buffer.Append((byte)',');
        }

        _isBehindFirst = true;
    }
}
