using System.Buffers.Binary;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// Walks the items of a batch body (reference: store.md section 4.1). As in the original the item's own size, magic and checksum are not
/// used; unlike it, every length is checked before it is believed.
/// </summary>
internal ref struct BatchItems(ReadOnlySpan<byte> body)
{
    private const int FlagAt = 12;
    private const int BodyLengthAt = 16;
    private const int BodyAt = 20;

    private ReadOnlySpan<byte> _rest = body;

    /// <summary>The user's flag of the current item.</summary>
    public int Flag { get; private set; }

    /// <summary>Body of the current item.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Properties of the current item.</summary>
    public ReadOnlySpan<byte> Properties { get; private set; }

    /// <summary>True when an item did not parse.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next item.</summary>
    /// <returns>False at the end, and at an item that does not parse (<see cref="IsBroken"/>).</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        IsBroken = true;
        if (_rest.Length < BodyAt + sizeof(short))
        {
            return false;
        }

        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(_rest[BodyLengthAt..]);
        if (bodyLength < 0 || bodyLength > _rest.Length - BodyAt - sizeof(short))
        {
            return false;
        }

        var propertiesAt = BodyAt + bodyLength + sizeof(short);
        var propertiesLength = BinaryPrimitives.ReadInt16BigEndian(_rest[(BodyAt + bodyLength)..]);
        if (propertiesLength < 0 || propertiesLength > _rest.Length - propertiesAt)
        {
            return false;
        }

        IsBroken = false;
        Flag = BinaryPrimitives.ReadInt32BigEndian(_rest[FlagAt..]);
        Body = _rest.Slice(BodyAt, bodyLength);
        Properties = _rest.Slice(propertiesAt, propertiesLength);
        _rest = _rest[(propertiesAt + propertiesLength)..];
        return true;
    }

    /// <summary>Counts the items and the bytes of their records.</summary>
    /// <param name="body">The batch.</param>
    /// <param name="topicLength">Length of the topic in UTF-8.</param>
    /// <param name="maxRecord">Longest record allowed; also the longest sum.</param>
    /// <param name="count">Items.</param>
    /// <param name="bytes">Sum of the records' lengths.</param>
    /// <returns>False when the batch is empty, does not parse, or is too long.</returns>
    public static bool TryMeasure(ReadOnlySpan<byte> body, int topicLength, int maxRecord, out int count, out int bytes)
    {
        count = 0;
        bytes = 0;
        var total = 0L;
        var items = new BatchItems(body);
        while (items.MoveNext())
        {
            total += MessageRecordLayout.TotalSize(items.Body.Length, topicLength, items.Properties.Length);
            if (total > maxRecord)
            {
                return false;
            }

            count++;
        }

        bytes = (int)total;
        return count > 0 && !items.IsBroken;
    }
}
