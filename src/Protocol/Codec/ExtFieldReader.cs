namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Walks the extension fields of one command without allocating: over JSON bytes, over the binary form, or over a map. Foreign clients
/// send raw numbers and booleans in JSON; they read as their text.
/// </summary>
/// <example><code>while (fields.Read()) { if (fields.Name.SequenceEqual("topic"u8)) topic = fields.GetString(); }</code></example>
public ref struct ExtFieldReader
{
    /// <summary>Name of the current field, UTF-8. Valid until the next <see cref="Read"/>.</summary>
    public readonly ReadOnlySpan<byte> Name => throw new NotImplementedException();

    /// <summary>Value of the current field, UTF-8, escapes resolved. Valid until the next <see cref="Read"/>.</summary>
    public readonly ReadOnlySpan<byte> Value => throw new NotImplementedException();

    /// <summary>Moves to the next field whose value is not null.</summary>
    /// <returns>False behind the last one.</returns>
    public bool Read() => throw new NotImplementedException();

    /// <summary>The value as a string. Topic and group names come from <see cref="Utf8NameCache"/> and cost no allocation.</summary>
    public readonly string GetString() => throw new NotImplementedException();

    /// <summary>The value as a number.</summary>
    /// <returns>False when it is not one, or does not fit.</returns>
    public readonly bool TryGetInt32(out int value) => throw new NotImplementedException();

    /// <summary>The value as a number.</summary>
    /// <returns>False when it is not one, or does not fit.</returns>
    public readonly bool TryGetInt64(out long value) => throw new NotImplementedException();

    /// <summary>True for "true" in any casing, false for everything else, as the original reads it.</summary>
    public readonly bool GetBoolean() => throw new NotImplementedException();
}
