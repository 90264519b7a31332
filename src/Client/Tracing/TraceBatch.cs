using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tracing;

/// <summary>Records that go in one message: their texts one behind the other, findable by the ids and keys of all of them.</summary>
internal sealed class TraceBatch(string topic)
{
    /// <summary>Characters of a body, so that it fits into what a trace consumer of the original expects (128,000).</summary>
    private const int MaxText = 118_000;

    /// <summary>Bytes of keys; all properties of a message together may have 32,767, and the original loses a message with more.</summary>
    private const int MaxKeyBytes = 24_000;

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private int _keyBytes;

    /// <summary>Records in it.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a record.</summary>
    /// <returns>False, and nothing has changed, if it does not fit behind the others.</returns>
    public bool TryAdd(TraceRecord record)
    {
        var begin = _text.Length;
        record.AppendTo(_text);
        var keys = record.Keys?.Split(PropertyNames.KeySeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (Count > 0 && (_text.Length > MaxText || _keyBytes + BytesOf(record.MessageId) + keys.Sum(BytesOf) > MaxKeyBytes))
        {
            _text.Length = begin;
            return false;
        }

        Count++;
        AddKey(record.MessageId);
        foreach (var key in keys)
        {
            AddKey(key);
        }

        return true;
    }

    /// <summary>The message with all records.</summary>
    public Message ToMessage() => new(topic, Encoding.UTF8.GetBytes(_text.ToString())) { Keys = _keys };

    // Keys of a single record that are too long by themselves are left out: it is still found by the id.
    private void AddKey(string key)
    {
        var bytes = BytesOf(key);
        if (_keyBytes + bytes <= MaxKeyBytes && _seen.Add(key))
        {
            _keys.Add(key);
            _keyBytes += bytes;
        }
    }

    private static int BytesOf(string key) => Encoding.UTF8.GetByteCount(key) + 1;
}
