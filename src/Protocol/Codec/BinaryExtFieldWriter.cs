using System.Text;

namespace Rocketeer.Protocol.Codec;

/// <summary>Writes the entries of a binary header: name and value, each behind its length.</summary>
internal ref struct BinaryExtFieldWriter(HeaderBuffer buffer) : IExtFieldWriter
{
    public HeaderBuffer Buffer = buffer;

    public void Write(scoped ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            WriteName(name);
            WriteValue(value);
        }
    }

    public void Write(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8Value)
    {
        WriteName(name);
        Buffer.AppendInt32(utf8Value.Length);
        Buffer.Append(utf8Value);
    }

    public void Write(scoped ReadOnlySpan<byte> name, long value)
    {
        WriteName(name);
        var lengthAt = Buffer.Length;
        Buffer.AppendInt32(0);
        Buffer.AppendDecimal(value);
        Buffer.PatchInt32(lengthAt, Buffer.Length - lengthAt - sizeof(int));
    }

    public void Write(scoped ReadOnlySpan<byte> name, bool value) => Write(name, value ? "true"u8 : "false"u8);

    /// <summary>Writes a field of a map.</summary>
    /// <exception cref="ArgumentException">The name is longer than its 16-bit length can say.</exception>
    public void Write(string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        var nameLength = Encoding.UTF8.GetByteCount(name);
        if (nameLength > short.MaxValue)
        {
            throw new ArgumentException($"The extension field name has {nameLength} bytes; the binary header allows {short.MaxValue}.", nameof(name));
        }

        Buffer.AppendInt16((short)nameLength);
        Buffer.AppendUtf8(name);
        WriteValue(value);
    }

    private void WriteName(scoped ReadOnlySpan<byte> name)
    {
        Buffer.AppendInt16((short)name.Length);
        Buffer.Append(name);
    }

    private void WriteValue(string value)
    {
        Buffer.AppendInt32(Encoding.UTF8.GetByteCount(value));
        Buffer.AppendUtf8(value);
    }
}
