using System.Buffers.Binary;

namespace Rocketeer.Broker.Replication;

/// <summary>What a master sent.</summary>
internal enum FramePart
{
    /// <summary>Nothing yet: more must come.</summary>
    None,

    /// <summary>A heartbeat.</summary>
    Heartbeat,

    /// <summary>Bytes of the log, a frame's or part of one's.</summary>
    Data,

    /// <summary>No frame that a master sends: the connection is of no use.</summary>
    Malformed,
}

/// <summary>
/// Takes the master's frames apart as they come, without waiting for whole ones: what is there of a body is handed out where it lies, so
/// that a length costs no memory. Not thread-safe.
/// </summary>
/// <param name="fileSize">Size of a log file, which a frame never crosses.</param>
internal sealed class FrameReader(int fileSize)
{
    private readonly byte[] _header = new byte[FrameLayout.HeaderLength];
    private int _headerLength;
    private long _offset; // of the next byte of the body
    private int _left; // bytes of the body that are to come

    /// <summary>Looks at the next part of what was received.</summary>
    /// <param name="received">What is left of it; moved on behind headers, but not behind data: those are taken with <see cref="Advance"/>.</param>
    /// <param name="offset">Where the data stand, or where the master is with its heartbeat.</param>
    /// <param name="data">The data, which <paramref name="received"/> begins with.</param>
    public FramePart Read(ref ReadOnlySpan<byte> received, out long offset, out ReadOnlySpan<byte> data)
    {
        data = default;
        offset = _offset;
        if (_left == 0)
        {
            var take = Math.Min(_header.Length - _headerLength, received.Length);
            received[..take].CopyTo(_header.AsSpan(_headerLength));
            received = received[take..];
            _headerLength += take;
            if (_headerLength < _header.Length)
            {
                return FramePart.None;
            }

            _headerLength = 0;
            offset = _offset = BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(FrameLayout.OffsetAt));
            _left = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(FrameLayout.SizeAt));
            if (_offset < 0 || _left < 0 || _left > fileSize - (_offset % fileSize))
            {
                return FramePart.Malformed;
            }

            if (_left == 0)
            {
                return FramePart.Heartbeat;
            }
        }

        var there = Math.Min(_left, received.Length);
        if (there == 0)
        {
            return FramePart.None;
        }

        data = received[..there];
        offset = _offset;
        return FramePart.Data;
    }

    /// <summary>Takes data that <see cref="Read"/> returned.</summary>
    /// <param name="received">Moved on.</param>
    /// <param name="length">How many bytes.</param>
    public void Advance(ref ReadOnlySpan<byte> received, int length)
    {
        received = received[length..];
        _offset += length;
        _left -= length;
    }
}
