using System.Buffers.Text;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Queues;

namespace Rocketeer.Storage.Scheduling;

/// <summary>
/// Delivers delayed messages to their own topics when they are due (store.md section 16.3). One loop for all levels that sleeps until the
/// next message is due, a delayed message arrives, or the role changes. Works on a master only.
/// </summary>
/// <remarks>
/// A message is delivered at least once: progress is written only after what was delivered is as durable as configured and on the disk.
/// The messages of a level are due in the order of their queue, so the head of each queue tells when to look again.
/// </remarks>
internal sealed class DelayedDelivery : IMessageArrivalListener, IDisposable
{
    private const long RetryMilliseconds = 10_000;
    private const long Never = long.MaxValue;

    /// <summary>Most messages of a level that are delivered before another level gets its turn.</summary>
    private const int BatchSize = 512;

    private readonly IDelayedStore _store;
    private readonly DelayLevels _levels;
    private readonly StoreRole _role;
    private readonly DelayOffsetFile _file;
    private readonly TimeSpan _saveInterval;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly WakeUp _wake = new();
    private readonly TopicNameTable _topics = new();
    private readonly long[] _next; // by level - 1: the message to deliver next
    private readonly long[] _retryAt; // by level - 1: not before, milliseconds since 1970
    private long[] _durable; // by level - 1: everything before is delivered and as durable as configured
    private long _durableEnd; // end of those deliveries in the log
    private bool _isChanged; // _durable differs from the file and from _toSave
    private long[]? _toSave; // a state of _durable that waits for the log's flush
    private long _toSaveEnd; // _durableEnd at that time
    private long _saveAt;

    /// <summary>Creates the delivery of a store.</summary>
    /// <param name="store">Queues, log and put of the store.</param>
    /// <param name="levels">Delay levels.</param>
    /// <param name="role">Delivers only while this is a master.</param>
    /// <param name="file">Keeps the progress.</param>
    /// <param name="saveInterval">Time between two writes of the progress (<c>flushDelayOffsetInterval</c>).</param>
    /// <param name="clock">Tells when messages are due.</param>
    /// <param name="logger">Log of the store.</param>
    public DelayedDelivery(
        IDelayedStore store,
        DelayLevels levels,
        StoreRole role,
        DelayOffsetFile file,
        TimeSpan saveInterval,
        TimeProvider clock,
        ILogger logger)
    {
        _store = store;
        _levels = levels;
        _role = role;
        _file = file;
        _saveInterval = saveInterval;
        _clock = clock;
        _logger = logger;
        _next = new long[levels.Max];
        _retryAt = new long[levels.Max];
        _durable = new long[levels.Max];
    }

    /// <summary>Next queue offset of each level that is delivered durably; index 0 is level 1. A copy.</summary>
    public long[] Progress => [.. Volatile.Read(ref _durable)];

    private bool HasUnsaved => _isChanged || _toSave is not null;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public void OnArrival(in MessageArrival arrival)
    {
        if (arrival.Topic == TopicNames.Schedule)
        {
            _wake.Signal();
        }
    }

    /// <summary>Reads the progress; at opening, when the queues are there, and again when the store becomes a master, as a slave gets its master's.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public void Load()
    {
        _file.Load(_next);
        for (var level = 1; level <= _levels.Max; level++)
        {
            // A file from a master that was ahead of this store: what comes to the queue from now on was not delivered.
            var end = _store.Queues.TryGet(TopicNames.Schedule, DelayLevels.QueueIdOf(level), out var queue) ? queue.MaxOffset : 0;
            _next[level - 1] = Math.Min(_next[level - 1], end);
        }

        Volatile.Write(ref _durable, [.. _next]);
        Array.Clear(_retryAt);
    }

    /// <summary>Delivers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _role.Changed += _wake.Signal;
        try
        {
            var timer = _clock.CreateTimer(_ => _wake.Signal(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await using (timer.ConfigureAwait(false))
            {
                var wasMaster = true; // as loaded at opening
                while (true)
                {
                    var isMaster = _role.MayWrite; // a master that may not write yet has nowhere to deliver to
                    if (isMaster && !wasMaster)
                    {
                        Load();
                    }
                    else if (!isMaster)
                    {
                        // From now on the file follows the new master's progress; what this one had not written must not replace it.
                        (_isChanged, _toSave) = (false, null);
                    }

                    wasMaster = isMaster;
                    var lookAgainAt = isMaster ? await DeliverDueAsync(cancellationToken).ConfigureAwait(false) : Never;
                    timer.Change(DelayUntil(lookAgainAt), Timeout.InfiniteTimeSpan);
                    await _wake.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _role.Changed -= _wake.Signal;
        }
    }

    /// <summary>Writes the progress as far as its deliveries are on the disk; at closing, after the log was flushed, all of it.</summary>
    public void Save()
    {
        try
        {
            if (_toSave is null || TrySave())
            {
                TakeState();
                TrySave();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.DelayOffsetsNotWritten(e, _file.Path); // the next interval tries again; a crash until then delivers twice
        }
    }

    /// <summary>Keeps the progress of the master that this store follows, for the day it becomes one itself. Does nothing on a master.</summary>
    /// <param name="offsets">Next queue offset by level; other levels stay as they are.</param>
    /// <exception cref="StoreException">What is there cannot be read.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Follow(IReadOnlyDictionary<int, long> offsets)
    {
        if (_role.IsMaster)
        {
            return;
        }

        var followed = new long[_levels.Max];
        _file.Load(followed);
        var known = followed.AsSpan().ToArray();
        foreach (var (level, offset) in offsets)
        {
            if (level >= 1 && level <= followed.Length)
            {
                followed[level - 1] = Math.Max(0, offset);
            }
        }

        if (!known.AsSpan().SequenceEqual(followed))
        {
            _file.Save(followed);
            Volatile.Write(ref _durable, followed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private void TakeState()
    {
        if (_isChanged)
        {
            (_toSave, _toSaveEnd, _isChanged) = (_durable, _durableEnd, false); // _durable is replaced, never changed
        }
    }

    private bool TrySave()
    {
        if (_toSave is null || _store.FlushedOffset < _toSaveEnd)
        {
            return false;
        }

        _file.Save(_toSave);
        _toSave = null;
        return true;
    }

    /// <returns>When to look again, milliseconds since 1970.</returns>
    private async Task<long> DeliverDueAsync(CancellationToken cancellationToken)
    {
        var lookAgainAt = Never;
        for (var level = 1; level <= _levels.Max; level++)
        {
            lookAgainAt = Math.Min(lookAgainAt, DeliverLevel(level, out var last));
            if (last.IsStored && last.Bytes > 0)
            {
                await CommitAsync(level, last, cancellationToken).ConfigureAwait(false);
            }
        }

        if (HasUnsaved && Now >= _saveAt)
        {
            Save();
            _saveAt = Now + (long)_saveInterval.TotalMilliseconds;
        }

        return HasUnsaved ? Math.Min(lookAgainAt, _saveAt) : lookAgainAt;
    }

    /// <returns>When the level is to be looked at again, milliseconds since 1970.</returns>
    private long DeliverLevel(int level, out PutResult last)
    {
        last = default;
        ref var next = ref _next[level - 1];
        if (_retryAt[level - 1] > Now)
        {
            return _retryAt[level - 1];
        }

        if (!_store.Queues.TryGet(TopicNames.Schedule, DelayLevels.QueueIdOf(level), out var queue))
        {
            return Never;
        }

        next = Math.Max(next, queue.MinOffset);
        for (var delivered = 0; queue.TryReadEntry(next, out var entry); delivered++)
        {
            var now = Now;
            var due = DueTime(level, queue, entry);
            if (due > now && due <= now + _levels.DelayOf(level)) // later than that: the clock was moved, deliver
            {
                return due;
            }

            if (delivered == BatchSize)
            {
                return now;
            }

            if (!TryDeliver(level, next, entry, ref last))
            {
                return _retryAt[level - 1] = now + RetryMilliseconds;
            }

            next++;
        }

        return Never; // an arrival wakes
    }

    private long DueTime(int level, ConsumeQueue queue, in ConsumeQueueEntry entry)
    {
        if (!ConsumeQueueExtensionSet.IsAddress(entry.TagsCode))
        {
            return entry.TagsCode;
        }

        return queue.TryReadExtension(entry.TagsCode, [], out var unit)
            ? unit.TagsCode
            : _levels.DeliveryTime(level, _store.Log.StoreTimestampAt(entry.CommitOffset));
    }

    /// <returns>False when it must be tried again. A message that cannot be read or has no address is skipped, as in the original.</returns>
    private bool TryDeliver(int level, long queueOffset, in ConsumeQueueEntry entry, ref PutResult last)
    {
        if (!_store.Log.TryReadRecord(entry.CommitOffset, out var held, out var record))
        {
            _logger.DelayedUnreadable(level, queueOffset, entry.CommitOffset);
            return true;
        }

        try
        {
            if (!MessageRecordView.TryParse(record, out var view) || !TryAddress(view.Properties, out var topic, out var queueId))
            {
                _logger.DelayedUnreadable(level, queueOffset, entry.CommitOffset);
                return true;
            }

            var result = _store.Put(Redirect(in view, topic, queueId));
            if (result.Status == PutStatus.MessageIllegal || result.Status == PutStatus.PropertiesSizeExceeded)
            {
                _logger.DelayedUnreadable(level, queueOffset, entry.CommitOffset);
                return true; // it will be no better the next time
            }

            if (!result.IsStored)
            {
                _logger.DelayedNotDelivered(null, level, queueOffset, RetryMilliseconds);
                return false;
            }

            last = result;
            return true;
        }
        finally
        {
            held.Release();
        }
    }

    private bool TryAddress(ReadOnlySpan<byte> properties, out string topic, out int queueId)
    {
        topic = "";
        queueId = 0;
        if (!MessageProperties.TryFind(properties, "REAL_TOPIC"u8, out var realTopic)
            || !MessageProperties.TryFind(properties, "REAL_QID"u8, out var realQueue)
            || !Utf8Parser.TryParse(realQueue, out queueId, out var consumed)
            || consumed != realQueue.Length)
        {
            return false;
        }

        topic = _topics.Of(realTopic);
        return true;
    }

    // Properties stay as they are: the original's delivered messages carry DELAY, REAL_TOPIC and REAL_QID too (store.md section 16.4).
    private static MessageToStore Redirect(in MessageRecordView view, string topic, int queueId) => new()
    {
        Topic = topic,
        QueueId = queueId,
        Flag = view.Flag,
        SysFlag = view.SysFlag,
        BornTimestamp = view.BornTimestamp,
        BornHost = view.BornHost,
        StoreHost = view.StoreHost,
        ReconsumeTimes = view.ReconsumeTimes,
        Body = view.Body,
        Properties = view.Properties,
    };

    // One wait serves the whole batch, because durability comes in the order of the log. Without it the progress stays where it was and
    // the next batch moves it.
    private async Task CommitAsync(int level, PutResult last, CancellationToken cancellationToken)
    {
        if (await _store.WaitDurableAsync(last, cancellationToken).ConfigureAwait(false) == PutStatus.Ok)
        {
            var durable = Progress;
            durable[level - 1] = _next[level - 1];
            Volatile.Write(ref _durable, durable);
            _durableEnd = Math.Max(_durableEnd, last.EndOffset);
            _isChanged = true;
        }
    }

    private TimeSpan DelayUntil(long time)
    {
        if (time == Never)
        {
            return Timeout.InfiniteTimeSpan;
        }

        return TimeSpan.FromMilliseconds(Math.Clamp(time - Now, 0, TimeSpan.MillisecondsPerDay));
    }
}
