using System.Buffers.Binary;
using static Rocketeer.Protocol.Messages.MessageRecordLayout;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// One message record where it lies, in the commit log or in an answer. All lengths were checked, so no property reads outside it.
/// The checksum is not verified (<see cref="HasValidChecksum"/>).
/// </summary>
public readonly ref struct MessageRecordView
{
    private readonly int _bodyLength;
    private readonly int _topicLength;
    private readonly int _propertiesLength;

    private MessageRecordView(ReadOnlySpan<byte> bytes, int bodyLength, int topicLength, int propertiesLength)
    {
        Bytes = bytes;
        _bodyLength = bodyLength;
        _topicLength = topicLength;
        _propertiesLength = propertiesLength;
    }

    /// <summary>The whole record.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Length of the record, as its first field says.</summary>
    public int TotalSize => Int32(TotalSizeAt);

    /// <summary>Magic number; <see cref="MessageMagic"/> unless the record was read leniently.</summary>
    public int Magic => Int32(MagicAt);

    /// <summary>Checksum of the body as stored (<see cref="BodyChecksum"/>).</summary>
    public int BodyCrc => Int32(BodyCrcAt);

    /// <summary>Queue index.</summary>
    public int QueueId => Int32(QueueIdAt);

    /// <summary>The user's flag.</summary>
    public int Flag => Int32(FlagAt);

    /// <summary>Index in the consume queue.</summary>
    public long QueueOffset => Int64(QueueOffsetAt);

    /// <summary>Offset in the commit log.</summary>
    public long PhysicalOffset => Int64(PhysicalOffsetAt);

    /// <summary><see cref="MessageSysFlags"/>.</summary>
    public int SysFlag => Int32(SysFlagAt);

    /// <summary>Producer's clock, milliseconds since 1970.</summary>
    public long BornTimestamp => Int64(BornTimestampAt);

    /// <summary>Address of the producer.</summary>
    public HostAddress BornHost => HostAddress.Read(Bytes[BornHostAt..]);

    /// <summary>Broker's clock, milliseconds since 1970.</summary>
    public long StoreTimestamp => Int64(StoreTimestampAt);

    /// <summary>Address of the broker.</summary>
    public HostAddress StoreHost => HostAddress.Read(Bytes[StoreHostAt..]);

    /// <summary>How often the message was consumed already.</summary>
    public int ReconsumeTimes => Int32(ReconsumeTimesAt);

    /// <summary>Commit log offset of the half message, or 0.</summary>
    public long PreparedTransactionOffset => Int64(PreparedTransactionOffsetAt);

    /// <summary>The body as stored: still compressed if the producer compressed it.</summary>
    public ReadOnlySpan<byte> Body => Bytes.Slice(BodyAt, _bodyLength);

    /// <summary>Topic name, UTF-8.</summary>
    public ReadOnlySpan<byte> Topic => Bytes.Slice(BodyAt + _bodyLength + sizeof(byte), _topicLength);

    /// <summary>Properties string, UTF-8 (<see cref="MessageProperties"/>).</summary>
    public ReadOnlySpan<byte> Properties =>
        Bytes.Slice(BodyAt + _bodyLength + sizeof(byte) + _topicLength + sizeof(short), _propertiesLength);

    /// <summary>Id of the message by where it lies.</summary>
    public OffsetMessageId OffsetMessageId => new(StoreHost, PhysicalOffset);

    /// <summary>True when the body is what the checksum was taken of. Costs a pass over the body.</summary>
    public bool HasValidChecksum => BodyCrc == BodyChecksum.Of(Body);

    /// <summary>Reads the record that <paramref name="source"/> begins with.</summary>
    /// <param name="source">Any bytes; what follows the record is left alone.</param>
    /// <param name="view">The record.</param>
    /// <returns>False when the magic is another, a length points outside the record, or the lengths do not add up.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out MessageRecordView view) =>
        TryParseLenient(source, out view) && view.Magic == MessageMagic && view.TotalSize == view.Bytes.Length;

    /// <summary>As the original's clients read: neither the magic nor the total size is believed, only the inner lengths count.</summary>
    internal static bool TryParseLenient(ReadOnlySpan<byte> source, out MessageRecordView view)
    {
        view = default;
        if (source.Length < FixedLength)
        {
            return false;
        }

        var bodyLength = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(source[BodyLengthAt..]));
        if (bodyLength > source.Length - FixedLength)
        {
            return false;
        }

        var rest = source[(BodyAt + bodyLength)..];
        var topicLength = (int)(sbyte)rest[0];
        if (topicLength < 0 || topicLength > rest.Length - sizeof(byte) - sizeof(short))
        {
            return false;
        }

        rest = rest[(sizeof(byte) + topicLength)..];
        var propertiesLength = Math.Max(0, (int)BinaryPrimitives.ReadInt16BigEndian(rest));
        if (propertiesLength > rest.Length - sizeof(short))
        {
            return false;
        }

        var record = source[..MessageRecordLayout.TotalSize(bodyLength, topicLength, propertiesLength)];
        view = new MessageRecordView(record, bodyLength, topicLength, propertiesLength);
        return true;
    }

    private int Int32(int at) => BinaryPrimitives.ReadInt32BigEndian(Bytes[at..]);

    private long Int64(int at) => BinaryPrimitives.ReadInt64BigEndian(Bytes[at..]);
}
