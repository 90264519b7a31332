using System.Buffers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage.CommitLogs;

// Checks, lays out, publishes. The append lock is taken here and in CommitLog.Flush.cs (to take what is staged).
internal sealed partial class CommitLog
{
    private const int ChecksumsOnStack = 128;
    private const string TooLong = "The record, everything included, is longer than maxMessageSize.";
    private const string BadQueue =
        "The queue id is negative, or the topic is empty, longer than 127 UTF-8 bytes, or cannot name a directory.";

    private long _lockedSince; // milliseconds since 1970 while an append holds the lock, else 0

    /// <summary>How long the append that holds the lock has held it, in milliseconds; 0 when none does.</summary>
    public long AppendingFor
    {
        get
        {
            var since = Volatile.Read(ref _lockedSince);
            return since == 0 ? 0 : Math.Max(0, _clock.GetUtcNow().ToUnixTimeMilliseconds() - since);
        }
    }

    /// <summary>Appends one message (reference: store.md section 5.1).</summary>
    public PutResult Append(in MessageToStore message)
    {
        if (message.Properties.Length > MessageRecordLayout.MaxPropertiesBytes)
        {
            return new PutResult(PutStatus.PropertiesSizeExceeded) { Reason = "The properties are longer than 32767 bytes." };
        }

        if (message.QueueId < 0 || _queueOffsets.Find(message.Topic) is not { } topic)
        {
            return new PutResult(PutStatus.MessageIllegal) { Reason = BadQueue };
        }

        var size = (long)MessageRecordLayout.FixedLength + message.Body.Length + message.Properties.Length + topic.Utf8.Length;
        if (size > _maxRecordBytes)
        {
            return new PutResult(PutStatus.MessageIllegal) { Reason = TooLong };
        }

        var crc = BodyChecksum.Of(message.Body);
        var length = (int)size;
        lock (_appendLock)
        {
            var now = BeginAppend();
            try
            {
                var status = TryClaim(length, out var target, out var offset);
                if (status != PutStatus.Ok)
                {
                    return new PutResult(status);
                }

                var queueOffset = TakeQueueOffsets(message, topic, 1);
                Lay(target, message, topic.Utf8, message.Flag, message.Body, message.Properties);
                MessageRecordWriter.SetBodyCrc(target, crc);
                MessageRecordWriter.Place(target, queueOffset, offset, now);
                CompleteClaim(length, now);
                return new PutResult(PutStatus.Ok, offset, length, queueOffset, 1, now);
            }
            finally
            {
                EndAppend();
            }
        }
    }

    /// <summary>Appends a batch (reference: store.md section 4.2): all records in one file, one behind the other.</summary>
    /// <param name="batch">Its body is the concatenation of items; topic, queue and the rest hold for every item.</param>
    /// <param name="commitOffsets">Receives the offset of each record, as far as it is long enough.</param>
    public PutResult AppendBatch(in MessageToStore batch, Span<long> commitOffsets)
    {
        if (batch.QueueId < 0 || _queueOffsets.Find(batch.Topic) is not { } topic)
        {
            return new PutResult(PutStatus.MessageIllegal) { Reason = BadQueue };
        }

        if (!TryMeasure(batch.Body, topic.Utf8.Length, out var count, out var length))
        {
            return new PutResult(PutStatus.MessageIllegal) { Reason = "The batch is empty, does not parse, or is longer than maxMessageSize." };
        }

        int[]? rented = null;
        var checksums = count <= ChecksumsOnStack
            ? stackalloc int[ChecksumsOnStack]
            : rented = ArrayPool<int>.Shared.Rent(count);
        try
        {
            var items = new BatchMessageReader(batch.Body);
            for (var i = 0; items.Read(); i++)
            {
                checksums[i] = BodyChecksum.Of(items.Body);
            }

            return AppendBatch(batch, topic, length, checksums[..count], commitOffsets);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<int>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Appends bytes that a master sent, which may begin or end inside a record and never cross a file.</summary>
    /// <param name="offset">Where they stand in the master's log: the end of this one, or anything when this one is empty.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns><see cref="PutStatus.Ok"/>; <see cref="PutStatus.MessageIllegal"/> when they do not belong here.</returns>
    public PutStatus AppendRaw(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_appendLock)
        {
            if (bytes.IsEmpty)
            {
                return PutStatus.Ok;
            }

            if (offset < 0 || bytes.Length > SegmentSize - (offset % SegmentSize) || !TryMoveTo(offset))
            {
                return PutStatus.MessageIllegal;
            }

            var now = BeginAppend();
            try
            {
                var status = TryPlace(bytes.Length, out var target);
                if (status == PutStatus.Ok)
                {
                    bytes.CopyTo(target);
                    CompleteClaim(bytes.Length, now);
                }

                return status;
            }
            finally
            {
                EndAppend();
            }
        }
    }

    /// <summary>Runs something under the append lock: changes of the queue offset table.</summary>
    public void WhileNotAppending(Action<QueueOffsetTable> change)
    {
        lock (_appendLock)
        {
            change(_queueOffsets);
        }
    }

    private static long TakeQueueOffsets(in MessageToStore message, QueueOffsetTable.Topic topic, int count)
    {
        if (!MessageSysFlags.TakesQueueOffset(message.SysFlag))
        {
            return 0;
        }

        ref var next = ref topic.Next(message.QueueId);
        var first = next;
        next += count;
        return first;
    }

    private static void Lay(
        Span<byte> record,
        in MessageToStore message,
        ReadOnlySpan<byte> topic,
        int flag,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties) => MessageRecordWriter.Write(record, new MessageRecordParts
        {
            Body = body,
            Topic = topic,
            Properties = properties,
            QueueId = message.QueueId,
            Flag = flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = message.BornHost,
            StoreHost = message.StoreHost,
            ReconsumeTimes = message.ReconsumeTimes,
            PreparedTransactionOffset = message.PreparedTransactionOffset,
        });

    // Goes over the whole batch before anything of it is stored.
    private bool TryMeasure(ReadOnlySpan<byte> body, int topicLength, out int count, out int bytes)
    {
        count = 0;
        bytes = 0;
        var total = 0L;
        try
        {
            var items = new BatchMessageReader(body);
            while (items.Read())
            {
                total += MessageRecordLayout.TotalSize(items.Body.Length, topicLength, items.Properties.Length);
                if (total > _maxRecordBytes)
                {
                    return false;
                }

                count++;
            }
        }
        catch (BatchFormatException)
        {
            return false; // the caller answers MESSAGE_ILLEGAL, which says the same
        }

        bytes = (int)total;
        return count > 0;
    }

    private PutResult AppendBatch(
        in MessageToStore batch, QueueOffsetTable.Topic topic, int length, ReadOnlySpan<int> checksums, Span<long> commitOffsets)
    {
        lock (_appendLock)
        {
            var now = BeginAppend();
            try
            {
                var status = TryClaim(length, out var target, out var offset);
                if (status != PutStatus.Ok)
                {
                    return new PutResult(status);
                }

                var takesOffset = MessageSysFlags.TakesQueueOffset(batch.SysFlag);
                var queueOffset = TakeQueueOffsets(batch, topic, checksums.Length);
                var items = new BatchMessageReader(batch.Body);
                var at = 0;
                for (var i = 0; items.Read(); i++)
                {
                    var size = MessageRecordLayout.TotalSize(items.Body.Length, topic.Utf8.Length, items.Properties.Length);
                    var record = target.Slice(at, size);
                    Lay(record, batch, topic.Utf8, items.Flag, items.Body, items.Properties);
                    MessageRecordWriter.SetBodyCrc(record, checksums[i]);
                    MessageRecordWriter.Place(record, takesOffset ? queueOffset + i : 0, offset + at, now);
                    if (i < commitOffsets.Length)
                    {
                        commitOffsets[i] = offset + at;
                    }

                    at += size;
                }

                CompleteClaim(length, now);
                return new PutResult(PutStatus.Ok, offset, length, queueOffset, checksums.Length, now);
            }
            finally
            {
                EndAppend();
            }
        }
    }

    private long BeginAppend()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        Volatile.Write(ref _lockedSince, now);
        return now;
    }

    private void EndAppend() => Volatile.Write(ref _lockedSince, 0);
}
