using System.Buffers.Binary;

namespace Rocketeer.Broker.Replication;

/// <summary>Puts together what a slave says, however it is cut. Eight bytes of memory, whatever comes. Not thread-safe.</summary>
internal sealed class ReportReader
{
    private readonly byte[] _partial = new byte[FrameLayout.ReportLength];
    private int _length;

    /// <summary>Takes the next offset out of what was received.</summary>
    /// <param name="received">What is left of it; moved on.</param>
    /// <param name="offset">The offset, as it came.</param>
    /// <returns>False when the rest is only part of one; it is remembered.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> received, out long offset)
    {
        var take = Math.Min(_partial.Length - _length, received.Length);
        received[..take].CopyTo(_partial.AsSpan(_length));
        received = received[take..];
        _length += take;
        if (_length < _partial.Length)
        {
            offset = 0;
            return false;
        }

        offset = BinaryPrimitives.ReadInt64BigEndian(_partial);
        _length = 0;
        return true;
    }
}
