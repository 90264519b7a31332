using System.Buffers.Text;
using System.Text;

namespace Rocketeer.Protocol.Codec;

/// <summary>
/// Walks the extension fields of one command without allocating: over JSON bytes, over the binary form, or over a map. Foreign clients
/// send raw numbers and booleans in JSON; they read as their text, nested objects as theirs. Of a name that occurs twice the last wins,
/// so readers let a later field overwrite an earlier one.
/// </summary>
/// <example><code>while (fields.Read()) { if (fields.Name.SequenceEqual("topic"u8)) topic = fields.GetName(); }</code></example>
public ref struct ExtFieldReader
{
    private readonly Form _form;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly IEnumerator<KeyValuePair<string, string>>? _map;
    private JsonScanner _json;
    private Span<byte> _scratch;
    private int _at;

    private ExtFieldReader(Form form, ReadOnlySpan<byte> bytes, IEnumerator<KeyValuePair<string, string>>? map)
    {
        _form = form;
        _bytes = bytes;
        _map = map;
    }

    private enum Form
    {
        None,
        Json,
        Binary,
        Map,
    }

    /// <summary>Name of the current field, UTF-8, escapes resolved. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>
    /// Value of the current field, UTF-8, escapes resolved. Of a command that lies in a receive buffer it is valid as long as that
    /// buffer is and no other command or body is read on this thread, so a handler may keep it during its call; of a map, until the next
    /// <see cref="Read"/>.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>A walk over a map.</summary>
    /// <param name="fields">The fields; <see langword="null"/> reads as none.</param>
    public static ExtFieldReader Over(IDictionary<string, string>? fields) =>
        fields is null ? default : new ExtFieldReader(Form.Map, default, fields.GetEnumerator());

    /// <summary>A walk over a JSON object that was scanned once already.</summary>
    internal static ExtFieldReader OverJson(ReadOnlySpan<byte> jsonObject) => new(Form.Json, jsonObject, null);

    /// <summary>A walk over the binary form, whose lengths were checked already.</summary>
    internal static ExtFieldReader OverBinary(ReadOnlySpan<byte> entries) => new(Form.Binary, entries, null);

    /// <summary>Moves to the next field whose value is not null.</summary>
    /// <returns>False behind the last one.</returns>
    public bool Read() => _form switch
    {
        Form.Json => ReadJson(),
        Form.Binary => ReadBinary(),
        Form.Map => ReadMap(),
        _ => false,
    };

    /// <summary>The value as a string of its own.</summary>
    public readonly string GetString() => _form == Form.Map ? _map!.Current.Value : Encoding.UTF8.GetString(Value);

    /// <summary>The value as an interned string (<see cref="Utf8NameCache"/>): for topics, groups and others that come again and again.</summary>
    public readonly string GetName() => _form == Form.Map ? _map!.Current.Value : Utf8NameCache.Intern(Value);

    /// <summary>The value as a number.</summary>
    /// <returns>False when it is not one, or does not fit.</returns>
    public readonly bool TryGetInt32(out int value) =>
        Utf8Parser.TryParse(Value, out value, out var consumed) && consumed == Value.Length;

    /// <summary>The value as a number.</summary>
    /// <returns>False when it is not one, or does not fit.</returns>
    public readonly bool TryGetInt64(out long value) =>
        Utf8Parser.TryParse(Value, out value, out var consumed) && consumed == Value.Length;

    /// <summary>The value as a number, or <see langword="null"/> when it is not one or does not fit.</summary>
    public readonly int? GetInt32OrNull() => TryGetInt32(out var value) ? value : null;

    /// <summary>The value as a number, or <see langword="null"/> when it is not one or does not fit.</summary>
    public readonly long? GetInt64OrNull() => TryGetInt64(out var value) ? value : null;

    /// <summary>True for "true" in any casing, false for everything else, as the original reads it.</summary>
    public readonly bool GetBoolean() => Ascii.EqualsIgnoreCase(Value, "true"u8);

    private bool ReadJson()
    {
        if (_at == 0)
        {
            _json = new JsonScanner(_bytes);
            _json.EnterObject();
        }
        else if (_at < 0)
        {
            return false;
        }

        while (_json.TryReadName(isFirst: _at == 0, out var name))
        {
            var value = _json.ReadValue();
            _at = _json.Position;
            if (value.Kind != JsonTokenKind.Null)
            {
                Name = Resolve(name);
                Value = Resolve(value);
                return true;
            }
        }

        _at = -1;
        return false;
    }

    /// <summary>
    /// Resolves escapes into the scratch at the place the text has in the source. Nothing grows by unescaping, so fields never overlap,
    /// and a second walk writes the same bytes to the same places.
    /// </summary>
    private ReadOnlySpan<byte> Resolve(scoped in JsonToken token)
    {
        if (!token.IsEscaped)
        {
            return token.Raw;
        }

        if (_scratch.IsEmpty)
        {
            _scratch = ThreadScratch.ForReading(_bytes.Length);
        }

        var place = _scratch.Slice(token.Start, token.Raw.Length);
        return place[..JsonText.Unescape(token.Raw, place)];
    }

    private bool ReadBinary()
    {
        if (_at >= _bytes.Length)
        {
            return false;
        }

        Name = BinaryHeader.Take(_bytes, ref _at, BinaryHeader.TakeInt16(_bytes, ref _at));
        Value = BinaryHeader.Take(_bytes, ref _at, BinaryHeader.TakeInt32(_bytes, ref _at));
        return true;
    }

    private bool ReadMap()
    {
        while (_map!.MoveNext())
        {
            var (name, value) = _map.Current;
            if (value is not null)
            {
                Name = Encoding.UTF8.GetBytes(name);
                Value = Encoding.UTF8.GetBytes(value);
                return true;
            }
        }

        return false;
    }
}
