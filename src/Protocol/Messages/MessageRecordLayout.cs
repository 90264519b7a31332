namespace Rocketeer.Protocol.Messages;

/// <summary>
/// The record that is both stored in the commit log and sent in pull answers (docs/formats/commit-log.md). Big-endian. Fixed part, then
/// body, topic and properties, each behind its length.
/// </summary>
public static class MessageRecordLayout
{
    /// <summary>Marks a message record.</summary>
    public const int MessageMagic = unchecked((int)0xDAA320A7);

    /// <summary>Marks the blank that fills a commit log file to its end.</summary>
    public const int BlankMagic = unchecked((int)0xCBD43194);

    /// <summary>Bytes of a blank that mean something: its length and its magic.</summary>
    public const int BlankHeaderLength = 8;

    /// <summary>int32: length of the whole record.</summary>
    public const int TotalSizeAt = 0;

    /// <summary>int32: <see cref="MessageMagic"/>.</summary>
    public const int MagicAt = TotalSizeAt + sizeof(int);

    /// <summary>int32: CRC-32 of the stored body with the sign bit cleared.</summary>
    public const int BodyCrcAt = MagicAt + sizeof(int);

    /// <summary>int32.</summary>
    public const int QueueIdAt = BodyCrcAt + sizeof(int);

    /// <summary>int32: the user's flag.</summary>
    public const int FlagAt = QueueIdAt + sizeof(int);

    /// <summary>int64: index in the consume queue.</summary>
    public const int QueueOffsetAt = FlagAt + sizeof(int);

    /// <summary>int64: offset of this record in the commit log.</summary>
    public const int PhysicalOffsetAt = QueueOffsetAt + sizeof(long);

    /// <summary>int32: <see cref="MessageSysFlags"/>.</summary>
    public const int SysFlagAt = PhysicalOffsetAt + sizeof(long);

    /// <summary>int64: producer's clock, milliseconds since 1970.</summary>
    public const int BornTimestampAt = SysFlagAt + sizeof(int);

    /// <summary>Eight bytes: <see cref="HostAddress"/> of the producer.</summary>
    public const int BornHostAt = BornTimestampAt + sizeof(long);

    /// <summary>int64: broker's clock, milliseconds since 1970.</summary>
    public const int StoreTimestampAt = BornHostAt + HostAddress.Length;

    /// <summary>Eight bytes: <see cref="HostAddress"/> of the broker.</summary>
    public const int StoreHostAt = StoreTimestampAt + sizeof(long);

    /// <summary>int32.</summary>
    public const int ReconsumeTimesAt = StoreHostAt + HostAddress.Length;

    /// <summary>int64: commit log offset of the half message of a committed transaction, else 0.</summary>
    public const int PreparedTransactionOffsetAt = ReconsumeTimesAt + sizeof(int);

    /// <summary>int32: length of the body.</summary>
    public const int BodyLengthAt = PreparedTransactionOffsetAt + sizeof(long);

    /// <summary>The body begins here.</summary>
    public const int BodyAt = BodyLengthAt + sizeof(int);

    /// <summary>Everything but body, topic and properties: the smallest record.</summary>
    public const int FixedLength = BodyAt + sizeof(byte) + sizeof(short);

    /// <summary>Longest topic, in UTF-8 bytes: its length is one signed byte.</summary>
    public const int MaxTopicBytes = sbyte.MaxValue;

    /// <summary>Longest properties string, in UTF-8 bytes: its length is a signed 16-bit number.</summary>
    public const int MaxPropertiesBytes = short.MaxValue;

    private const byte FixedLengthMustBe91 = FixedLength == 91 ? 0 : -1; // does not compile otherwise

    /// <summary>Length of a record with these parts, in bytes.</summary>
    public static int TotalSize(int bodyLength, int topicLength, int propertiesLength) =>
        FixedLength + bodyLength + topicLength + propertiesLength + FixedLengthMustBe91;
}
