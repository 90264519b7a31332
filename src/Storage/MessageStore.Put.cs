using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Storage;

// Appends and waits for durability (reference: store.md sections 5 and 16.2).
public sealed partial class MessageStore
{
    private bool _isClosed;

    /// <summary>
    /// Appends one message. Never blocks on a disk or a replica; pass the result to <see cref="WhenDurable"/>. A message with a delay level
    /// goes to the schedule topic and comes to its own when it is due.
    /// </summary>
    public PutResult Put(in MessageToStore message)
    {
        if (MessageSysFlags.TakesQueueOffset(message.SysFlag)
            && MessageProperties.TryFind(message.Properties, "DELAY"u8, out var delay))
        {
            return PutDelayed(message, delay);
        }

        return PutNow(message);
    }

    /// <summary>Appends a batch (store.md section 4): the body is the concatenation of items; all records land in one file.</summary>
    public PutResult PutBatch(in MessageToStore batch) => PutBatch(batch, []);

    /// <summary>Appends a batch (store.md section 4): the body is the concatenation of items; all records land in one file.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="commitOffsets">Receives the commit log offset of each message, as far as it is long enough.</param>
    public PutResult PutBatch(in MessageToStore batch, Span<long> commitOffsets)
    {
        var refusal = Refusal();
        if (refusal != PutStatus.Ok)
        {
            return Count(new PutResult(refusal), 0);
        }

        if (MessageSysFlags.TransactionType(batch.SysFlag) != MessageSysFlags.TransactionNot)
        {
            return Count(new PutResult(PutStatus.MessageIllegal) { Reason = "A batch cannot be part of a transaction." }, 0);
        }

        if (MessageProperties.TryFind(batch.Properties, "DELAY"u8, out var delay) && (!TryParseLevel(delay, out var level) || level > 0))
        {
            return Count(new PutResult(PutStatus.MessageIllegal) { Reason = "A batch cannot be delayed." }, 0);
        }

        var start = _clock.GetTimestamp();
        return Count(_log.AppendBatch(batch, commitOffsets), start);
    }

    /// <summary>
    /// True when an append with this result needs no wait: asynchronous flush, no replica to wait for, or not stored.
    /// </summary>
    public bool IsDurable(in PutResult result, bool waitForStore) =>
        !waitForStore || !result.IsStored || _durability.IsReached(result.EndOffset);

    /// <summary>Calls the waiter when everything up to the end of the append is as durable as configured, or the time is over.</summary>
    public void WhenDurable(in PutResult result, DurabilityWaiter waiter)
    {
        ArgumentNullException.ThrowIfNull(waiter);
        if (result.IsStored)
        {
            _durability.Wait(waiter, result.EndOffset);
        }
        else
        {
            waiter.Completed(result.Status);
        }
    }

    /// <summary>Convenience over <see cref="WhenDurable"/> for callers that are not hot.</summary>
    public Task<PutStatus> WaitDurableAsync(PutResult result, CancellationToken cancellationToken)
    {
        var waiter = new TaskWaiter();
        WhenDurable(result, waiter);
        return waiter.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Appends a message whatever its delay level says: a scheduled one that is due still carries it.</summary>
    internal PutResult PutNow(in MessageToStore message)
    {
        var refusal = Refusal();
        if (refusal != PutStatus.Ok)
        {
            return Count(new PutResult(refusal), 0);
        }

        var start = _clock.GetTimestamp();
        return Count(_log.Append(message), start);
    }

    private static bool TryParseLevel(ReadOnlySpan<byte> value, out int level) =>
        Utf8Parser.TryParse(value, out level, out var consumed) && consumed == value.Length;

    // The checks that need no look at the message, in the order of section 5.1.
    private PutStatus Refusal()
    {
        if (Volatile.Read(ref _isClosed) || !_role.MayWrite || !_flags.IsWriteable || _log.IsPoisoned)
        {
            return PutStatus.ServiceNotAvailable;
        }

        return IsPageCacheBusy ? PutStatus.PageCacheBusy : PutStatus.Ok;
    }

    private PutResult PutDelayed(in MessageToStore message, ReadOnlySpan<byte> delay)
    {
        if (!TryParseLevel(delay, out var asked))
        {
            return Count(new PutResult(PutStatus.MessageIllegal) { Reason = "The property DELAY is not a whole number." }, 0);
        }

        var level = _delayLevels.Cap(asked);
        if (level <= 0)
        {
            return PutNow(message);
        }

        var properties = MessageProperties.Parse(message.Properties);
        properties[PropertyNames.DelayLevel] = level.ToString(CultureInfo.InvariantCulture);
        properties[PropertyNames.RealTopic] = message.Topic;
        properties[PropertyNames.RealQueueId] = message.QueueId.ToString(CultureInfo.InvariantCulture);
        return PutNow(new MessageToStore
        {
            Topic = TopicNames.Schedule,
            QueueId = Scheduling.DelayLevels.QueueIdOf(level),
            Flag = message.Flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = message.BornHost,
            StoreHost = message.StoreHost,
            ReconsumeTimes = message.ReconsumeTimes,
            PreparedTransactionOffset = message.PreparedTransactionOffset,
            Body = message.Body,
            Properties = Encoding.UTF8.GetBytes(MessageProperties.Encode(properties)),
        });
    }

    private PutResult Count(in PutResult result, long start)
    {
        if (result.IsStored)
        {
            Statistics.Put(result.MessageCount, result.Bytes, (long)_clock.GetElapsedTime(start).TotalMilliseconds);
            _instruments.Appended(result.MessageCount, result.Bytes);
        }
        else
        {
            Statistics.PutFailed();
            _instruments.Refused(result.Status);
        }

        return result;
    }

    private sealed class TaskWaiter : DurabilityWaiter
    {
        private readonly TaskCompletionSource<PutStatus> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<PutStatus> Task => _completion.Task;

        protected internal override void Completed(PutStatus status) => _completion.TrySetResult(status);
    }
}
