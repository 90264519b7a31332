using System.Buffers.Binary;
using System.Buffers.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Scheduling;

namespace Rocketeer.Storage.Dispatch;

/// <summary>What lies at a place of the log.</summary>
internal enum ParsedKind
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>The blank that fills a file to its end.</summary>
    Blank,

    /// <summary>A record whose parts do not add up to its length: skipped by its length.</summary>
    Mismatched,

    /// <summary>No record, or only the beginning of one.</summary>
    Unreadable,
}

/// <summary>Reads records for dispatch (store.md sections 2.2 and 11): lengths are checked, checksums are not. Not thread-safe.</summary>
/// <param name="levels">Delay levels, for the delivery times of the schedule topic.</param>
internal sealed class RecordParser(DelayLevels levels)
{
    private readonly TopicNameTable _topics = new();

    /// <summary>Reads the record that a span begins with.</summary>
    /// <param name="bytes">The readable rest of the log file.</param>
    /// <param name="commitOffset">Offset of the first byte.</param>
    /// <param name="record">The message; its spans point into <paramref name="bytes"/>.</param>
    /// <param name="size">Length of the message, or of the mismatched record.</param>
    public ParsedKind Parse(ReadOnlySpan<byte> bytes, long commitOffset, out DispatchedRecord record, out int size)
    {
        record = default;
        size = 0;
        if (bytes.Length < MessageRecordLayout.BlankHeaderLength)
        {
            return ParsedKind.Unreadable;
        }

        var magic = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageRecordLayout.MagicAt..]);
        if (magic == MessageRecordLayout.BlankMagic)
        {
            return ParsedKind.Blank;
        }

        if (MessageRecordView.TryParse(bytes, out var view))
        {
            size = view.TotalSize;
            record = Describe(in view, commitOffset);
            return ParsedKind.Message;
        }

        size = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return magic == MessageRecordLayout.MessageMagic && size >= MessageRecordLayout.FixedLength && size <= bytes.Length
            ? ParsedKind.Mismatched
            : ParsedKind.Unreadable;
    }

    private DispatchedRecord Describe(scoped in MessageRecordView view, long commitOffset)
    {
        var found = default(IndexedProperties);
        found.Scan(view.Properties);
        var topic = _topics.Of(view.Topic);
        return new DispatchedRecord
        {
            Topic = topic,
            QueueId = view.QueueId,
            CommitOffset = commitOffset,
            Size = view.TotalSize,
            QueueOffset = view.QueueOffset,
            SysFlag = view.SysFlag,
            StoreTimestamp = view.StoreTimestamp,
            TagsCode = TagsCode(topic, view.StoreTimestamp, in found),
            UniqueKey = found.UniqueKey,
            Keys = found.Keys,
            Properties = view.Properties,
        };
    }

    private long TagsCode(string topic, long storeTimestamp, scoped in IndexedProperties found)
    {
        if (topic == TopicNames.Schedule
            && Utf8Parser.TryParse(found.Delay, out int level, out var consumed)
            && consumed == found.Delay.Length
            && levels.Cap(level) > 0)
        {
            return levels.DeliveryTime(levels.Cap(level), storeTimestamp);
        }

        return found.Tags.IsEmpty ? 0 : JavaStringHash.OfUtf8(found.Tags);
    }

    // The properties that dispatch needs, found in one pass by the rules of MessageProperties.
    private ref struct IndexedProperties
    {
        public ReadOnlySpan<byte> Keys;
        public ReadOnlySpan<byte> UniqueKey;
        public ReadOnlySpan<byte> Tags;
        public ReadOnlySpan<byte> Delay;

        public void Scan(ReadOnlySpan<byte> properties)
        {
            while (!properties.IsEmpty)
            {
                var end = properties.IndexOf((byte)MessageProperties.PropertySeparator);
                var piece = end < 0 ? properties : properties[..end];
                properties = end < 0 ? default : properties[(end + 1)..];
                var nameEnd = piece.IndexOf((byte)MessageProperties.NameValueSeparator);
                if (nameEnd > 0)
                {
                    Take(piece[..nameEnd], piece[(nameEnd + 1)..].TrimEnd((byte)MessageProperties.NameValueSeparator));
                }
            }
        }

        private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (name.Length > 8 || value.IsEmpty || value.Contains((byte)MessageProperties.NameValueSeparator))
            {
                return;
            }

            if (name.SequenceEqual("KEYS"u8))
            {
                Keys = value;
            }
            else if (name.SequenceEqual("TAGS"u8))
            {
                Tags = value;
            }
            else if (name.SequenceEqual("UNIQ_KEY"u8))
            {
                UniqueKey = value;
            }
            else if (name.SequenceEqual("DELAY"u8))
            {
                Delay = value;
            }
        }
    }
}
