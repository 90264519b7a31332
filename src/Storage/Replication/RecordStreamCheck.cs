using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.Replication;

/// <summary>
/// Follows a log that comes in pieces from record to record, and says when it is none: a record must have a possible length, the magic
/// number, and the offset at which it stands. A copy of the value is a place to go back to. Not thread-safe.
/// </summary>
internal struct RecordStreamCheck
{
    private const int HeadLength = MessageRecordLayout.PhysicalOffsetAt + sizeof(long);

    private readonly int _fileSize;
    private Head _head;
    private int _headBytes;
    private long _boundary; // where the record begins that is being received
    private long _next; // where the next one begins; not above _boundary while that is unknown

    /// <summary>Begins at a boundary.</summary>
    /// <param name="fileSize">Size of a log file.</param>
    /// <param name="boundary">Where a record begins.</param>
    public RecordStreamCheck(int fileSize, long boundary)
    {
        _fileSize = fileSize;
        _boundary = boundary;
        _next = boundary;
    }

    /// <summary>Looks at the next piece.</summary>
    /// <param name="offset">Where it stands: behind the one before.</param>
    /// <param name="bytes">The piece.</param>
    /// <returns>False when it cannot be part of a log.</returns>
    public bool Accept(long offset, ReadOnlySpan<byte> bytes)
    {
        var end = offset + bytes.Length;
        while (true)
        {
            if (_next > _boundary)
            {
                if (_next >= end)
                {
                    return true; // all of it belongs to the record whose head is known
                }

                _boundary = _next;
                _headBytes = 0;
            }

            var fileEnd = _boundary - (_boundary % _fileSize) + _fileSize;
            if (fileEnd - _boundary < MessageRecordLayout.BlankHeaderLength)
            {
                _next = fileEnd; // too little for even a blank
                continue;
            }

            if (!TakeHead(offset, bytes, MessageRecordLayout.BlankHeaderLength))
            {
                return true;
            }

            var magic = BinaryPrimitives.ReadInt32BigEndian(_head[MessageRecordLayout.MagicAt..]);
            if (magic == MessageRecordLayout.BlankMagic)
            {
                _next = fileEnd;
                continue;
            }

            var size = BinaryPrimitives.ReadInt32BigEndian(_head[MessageRecordLayout.TotalSizeAt..]);
            if (magic != MessageRecordLayout.MessageMagic || size < MessageRecordLayout.FixedLength || size > fileEnd - _boundary)
            {
                return false;
            }

            if (!TakeHead(offset, bytes, HeadLength))
            {
                return true;
            }

            if (BinaryPrimitives.ReadInt64BigEndian(_head[MessageRecordLayout.PhysicalOffsetAt..]) != _boundary)
            {
                return false;
            }

            _next = _boundary + size;
        }
    }

    // The head may come in several pieces.
    private bool TakeHead(long offset, ReadOnlySpan<byte> bytes, int length)
    {
        if (_headBytes < length)
        {
            var from = (int)(_boundary + _headBytes - offset);
            var take = Math.Min(length - _headBytes, bytes.Length - from);
            bytes.Slice(from, take).CopyTo(_head[_headBytes..]);
            _headBytes += take;
        }

        return _headBytes >= length;
    }

    [InlineArray(HeadLength)]
    private struct Head
    {
        private byte _first;
    }
}
