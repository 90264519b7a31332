using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;

namespace Rocketeer.Storage.Dispatch;

/// <summary>
/// Topic names by their bytes, so that dispatch makes one string per topic and not one per message. Begins anew when it holds more names
/// than a broker has topics, which only damaged or hostile records bring about. Not thread-safe.
/// </summary>
internal sealed class TopicNameTable
{
    private const int MaxNames = 1 << 18;

    private readonly Dictionary<byte[], string> _names = new(ByBytes.Instance);
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Creates an empty table.</summary>
    public TopicNameTable() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The name for these bytes.</summary>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (_lookup.TryGetValue(utf8, out var name))
        {
            return name;
        }

        if (_names.Count == MaxNames)
        {
            _names.Clear();
        }

        name = Encoding.UTF8.GetString(utf8);
        _names.Add(utf8.ToArray(), name);
        return name;
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly ByBytes Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
