using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>Where the value of a property lies; a length of 0 is none.</summary>
internal readonly record struct PropertySlot(int Start, int Length);

/// <summary>The properties of one message that an expression asks for: bytes of the properties string, found in one pass.</summary>
internal readonly ref struct SqlRow(ReadOnlySpan<byte> properties, ReadOnlySpan<PropertySlot> slots)
{
    private readonly ReadOnlySpan<byte> _properties = properties;
    private readonly ReadOnlySpan<PropertySlot> _slots = slots;

    /// <summary>The property of a slot.</summary>
    public SqlValue this[int slot] => _slots[slot] is { Length: > 0 } found
        ? SqlValue.Of(_properties.Slice(found.Start, found.Length))
        : SqlValue.Null;
}

/// <summary>The property names of an expression, each with a slot. Immutable once parsed.</summary>
internal sealed class SqlNames
{
    private readonly byte[][] _names;
    private readonly int[] _first; // slot + 1 by hash, 0 for none
    private readonly int[] _next; // slot + 1 of the next name with the same hash

    public SqlNames(IReadOnlyList<byte[]> names)
    {
        _names = [.. names];
        _first = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, names.Count * 2))];
        _next = new int[names.Count];
        for (var slot = 0; slot < _names.Length; slot++)
        {
            ref var first = ref _first[BucketOf(_names[slot])];
            (_next[slot], first) = (first, slot + 1);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _names.Length;

    /// <summary>Finds the values, by the rules of <see cref="MessageProperties.Parse(string)"/>: the last one of a name counts.</summary>
    /// <param name="properties">The properties string, UTF-8.</param>
    /// <param name="slots">One per name, empty at first.</param>
    public void Find(ReadOnlySpan<byte> properties, Span<PropertySlot> slots)
    {
        var start = 0;
        while (start < properties.Length)
        {
            var rest = properties[start..];
            var end = rest.IndexOf((byte)MessageProperties.PropertySeparator);
            var piece = end < 0 ? rest : rest[..end];
            var nameEnd = piece.IndexOf((byte)MessageProperties.NameValueSeparator);
            if (nameEnd > 0 && SlotOf(piece[..nameEnd]) is >= 0 and var slot)
            {
                var value = piece[(nameEnd + 1)..].TrimEnd((byte)MessageProperties.NameValueSeparator);
                if (!value.Contains((byte)MessageProperties.NameValueSeparator) && !value.IsEmpty)
                {
                    slots[slot] = new PropertySlot(start + nameEnd + 1, value.Length);
                }
            }

            start += piece.Length + 1;
        }
    }

    private int SlotOf(ReadOnlySpan<byte> name)
    {
        var slot = _first[BucketOf(name)] - 1;
        while (slot >= 0 && !name.SequenceEqual(_names[slot]))
        {
            slot = _next[slot] - 1;
        }

        return slot;
    }

    private int BucketOf(ReadOnlySpan<byte> name) => ((name.Length * 31) + (name[0] * 7) + name[^1]) & (_first.Length - 1);
}
