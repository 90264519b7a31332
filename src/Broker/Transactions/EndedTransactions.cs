using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>What one run of the check has read of the topic of operations: which half messages are done with. Not thread-safe.</summary>
/// <param name="store">The store.</param>
/// <param name="statistics">Counts what is read, as the original does.</param>
/// <param name="begin">Queue offset of the first operation to read.</param>
/// <param name="until">Store time after which operations are of no interest to the run, so that it ends.</param>
internal sealed class EndedTransactions(MessageStore store, BrokerStatistics statistics, long begin, long until)
{
    /// <summary>Most operations that a run keeps in memory. A half message whose operation lies behind is checked once more than it had to be.</summary>
    public const int MaxOperations = 1_000_000;

    private const int BatchSize = 32;

    private readonly HashSet<long> _ended = [];
    private readonly List<Operation> _read = [];
    private long _next = begin;
    private bool _isComplete;

    /// <summary>True when the half message at this queue offset is done with, as far as was read.</summary>
    public bool Contains(long halfOffset) => _ended.Contains(halfOffset);

    /// <summary>Reads what has come to the topic since the last time.</summary>
    public void ReadOn()
    {
        while (!_isComplete)
        {
            using var result = store.Get(TopicNames.TransactionOperation, HalfMessage.QueueId, _next, BatchSize, null);
            if (result is null || (result.Status != GetStatus.Found && result.NextBeginOffset <= _next))
            {
                return;
            }

            for (var i = 0; i < result.MessageCount; i++)
            {
                Take(result[i]);
            }

            if (result.Status == GetStatus.Found)
            {
                statistics.RecordPull(TopicNames.TransactionOperation, HalfMessage.CheckGroup, result.MessageCount, result.TotalBytes);
            }

            _next = result.NextBeginOffset;
        }
    }

    /// <summary>
    /// Where the next run must begin to read: an operation is needed until its half message lies behind, and until all half messages are
    /// that were stored before it, for they may be copies of that one which wait for the same end.
    /// </summary>
    /// <param name="halfOffset">The next run's first half message.</param>
    /// <param name="halfStoreTime">Its store time, or that of the run if there is none yet.</param>
    public long NextBegin(long halfOffset, long halfStoreTime)
    {
        foreach (var operation in _read)
        {
            if (operation.HalfOffset >= halfOffset || operation.StoreTime >= halfStoreTime)
            {
                return operation.Offset;
            }
        }

        return _next;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (!MessageRecordView.TryParse(bytes, out var record))
        {
            return;
        }

        var isEnd = MessageProperties.TryFind(record.Properties, "TAGS"u8, out var tag) && tag.SequenceEqual("d"u8);
        var halfOffset = isEnd && HalfMessage.TryNumber(record.Body, out var offset) ? offset : -1;
        _ended.Add(halfOffset);
        _read.Add(new Operation(record.QueueOffset, halfOffset, record.StoreTimestamp));
        _isComplete |= record.StoreTimestamp > until || _read.Count >= MaxOperations;
    }

    private readonly record struct Operation(long Offset, long HalfOffset, long StoreTime);
}
