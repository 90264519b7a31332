using System.Buffers.Text;
using System.Text;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Signing;

/// <summary>
/// What of a request's extension fields is signed: the values of all but the signature, in the order of their names as UTF-16
/// (reference: namesrv-and-client.md D2). Collects into a buffer that is used again; of a name that occurs twice the last value counts, as
/// for every reader. Not thread-safe: each thread has one.
/// </summary>
public sealed class SignedFields
{
    private const int MaxKept = 256 * 1024;
    private const int LongestNumber = 20;

    [ThreadStatic]
    private static SignedFields? _ofThisThread;

    private Entry[] _entries = new Entry[32];
    private byte[] _bytes = new byte[1024];
    private int _count;
    private int _length;

    private SignedFields()
    {
    }

    /// <summary>The one of this thread, empty. What it holds is lost when it is taken the next time.</summary>
    public static SignedFields OfThisThread
    {
        get
        {
            var fields = _ofThisThread ??= new SignedFields();
            fields.Clear();
            return fields;
        }
    }

    /// <summary>Fields collected.</summary>
    public int Count => _count;

    /// <summary>Adds the fields of a received request, the signature left out.</summary>
    /// <param name="fields">Positioned before the first field.</param>
    /// <param name="maxFields">Most fields taken, so that nobody makes us sort a million of them.</param>
    /// <param name="signature">The signature, valid as long as the reader's values are; empty when there is none.</param>
    /// <returns>False when there are more.</returns>
    public bool TryAdd(ExtFieldReader fields, int maxFields, out ReadOnlySpan<byte> signature)
    {
        signature = default;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual(SignatureFields.SignatureUtf8))
            {
                signature = fields.Value;
                continue;
            }

            if (_count >= maxFields)
            {
                return false;
            }

            Add(fields.Name, fields.Value);
        }

        return true;
    }

    /// <summary>Adds the fields of a request that is about to be sent, those of a signature before left out.</summary>
    public void Add(RemotingCommand request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var writer = new Writer(this);
        request.Header?.WriteTo(ref writer);
        if (request.ExtFields is { } others)
        {
            foreach (var (name, value) in others)
            {
                if (value is not null && !SignatureFields.Contains(name))
                {
                    Add(Encoding.UTF8.GetBytes(name), value);
                }
            }
        }
    }

    /// <summary>Adds a field; a field of that name that is there already changes its value.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        var nameAt = Append(name);
        var valueAt = Append(value);
        Insert(new Entry(nameAt, name.Length, valueAt, value.Length));
    }

    /// <summary>Adds a field; a field of that name that is there already changes its value.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, string value)
    {
        var nameAt = Append(name);
        EnsureRoom(Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = Encoding.UTF8.GetBytes(value, _bytes.AsSpan(_length));
        Insert(new Entry(nameAt, name.Length, _length, length));
        _length += length;
    }

    /// <summary>Finds a field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value. Valid until the next field is added.</param>
    public bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < _count; i++)
        {
            var entry = _entries[i];
            if (NameOf(entry).SequenceEqual(name))
            {
                value = _bytes.AsSpan(entry.ValueAt, entry.ValueLength);
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The values, one behind the other. Valid until the next call of anything here.</summary>
    /// <param name="except">Name of a field to leave out; empty for none.</param>
    public ReadOnlySpan<byte> Values(ReadOnlySpan<byte> except = default)
    {
        var begin = _length;
        for (var i = 0; i < _count; i++)
        {
            var entry = _entries[i];
            if (except.IsEmpty || !NameOf(entry).SequenceEqual(except))
            {
                EnsureRoom(entry.ValueLength);
                _bytes.AsSpan(entry.ValueAt, entry.ValueLength).CopyTo(_bytes.AsSpan(_length));
                _length += entry.ValueLength;
            }
        }

        var values = _bytes.AsSpan(begin, _length - begin);
        _length = begin;
        return values;
    }

    /// <summary>
    /// Compares UTF-8 text as its UTF-16 form compares. The two orders differ in one place only: characters beyond U+FFFF (first byte F0
    /// and above) are surrogates in UTF-16 and come before U+E000 to U+FFFF (first byte EE and EF).
    /// </summary>
    internal static int CompareAsUtf16(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var at = a.CommonPrefixLength(b);
        if (at == a.Length || at == b.Length)
        {
            return a.Length - b.Length;
        }

        var (left, right) = (a[at], b[at]);
        return left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0) ? right - left : left - right;
    }

    private void Clear()
    {
        _count = 0;
        _length = 0;
        if (_bytes.Length > MaxKept)
        {
            _bytes = new byte[MaxKept];
        }
    }

    private ReadOnlySpan<byte> NameOf(in Entry entry) => _bytes.AsSpan(entry.NameAt, entry.NameLength);

    /// <summary>From the end: most senders write their fields nearly in order.</summary>
    private void Insert(Entry entry)
    {
        var name = NameOf(entry);
        var at = _count;
        while (at > 0)
        {
            var order = CompareAsUtf16(NameOf(_entries[at - 1]), name);
            if (order == 0)
            {
                _entries[at - 1] = entry;
                return;
            }

            if (order < 0)
            {
                break;
            }

            at--;
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        Array.Copy(_entries, at, _entries, at + 1, _count - at);
        _entries[at] = entry;
        _count++;
    }

    private int Append(scoped ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        var at = _length;
        _length += bytes.Length;
        return at;
    }

    private void EnsureRoom(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }
    }

    private readonly record struct Entry(int NameAt, int NameLength, int ValueAt, int ValueLength);

    /// <summary>Takes the fields of a typed header, in the text that both serializations give them.</summary>
    private readonly struct Writer(SignedFields fields) : IExtFieldWriter
    {
        public void Write(scoped ReadOnlySpan<byte> name, string? value)
        {
            if (value is not null)
            {
                fields.Add(name, value);
            }
        }

        public void Write(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8Value) => fields.Add(name, utf8Value);

        public void Write(scoped ReadOnlySpan<byte> name, long value)
        {
            Span<byte> text = stackalloc byte[LongestNumber];
            Utf8Formatter.TryFormat(value, text, out var length);
            fields.Add(name, text[..length]);
        }

        public void Write(scoped ReadOnlySpan<byte> name, bool value) => fields.Add(name, value ? "true"u8 : "false"u8);
    }
}
