using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// Runs the transaction check again and again while this broker is a master, and keeps its progress as the offsets of a consumer group,
/// where the original keeps it and slaves fetch it. Progress is kept only when the copies that it left behind are as durable as configured
/// and on the disk: a half message is never forgotten, at most it is checked twice.
/// </summary>
internal sealed class TransactionCheckService : IAsyncDisposable
{
    /// <summary>How often is looked, between two runs, whether the copies are on the disk; asynchronous flushing may take ten seconds.</summary>
    private static readonly TimeSpan FlushPoll = TimeSpan.FromMilliseconds(500);

    private readonly BrokerOptions _options;
    private readonly MessageStore _store;
    private readonly StoreRole _role;
    private readonly ConsumerOffsets _offsets;
    private readonly TopicRegistry _topics;
    private readonly TransactionCheck _check;
    private readonly TimeProvider _clock;
    private readonly ILogger<TransactionCheckService> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private long _epoch = -1;
    private CheckProgress? _reached; // where the next run begins
    private CheckProgress? _kept; // what is in the offset table, as far as this service knows
    private PutResult _lastCopy; // must be durable and on the disk before _reached is kept

    /// <summary>Creates the service; nothing runs before <see cref="Start"/>.</summary>
    public TransactionCheckService(BrokerContext broker, TransactionCheck check)
    {
        _options = broker.Options;
        _store = broker.Store;
        _role = broker.Role;
        _offsets = broker.Offsets;
        _topics = broker.Topics;
        _check = check;
        _clock = broker.Clock;
        _logger = broker.Loggers.CreateLogger<TransactionCheckService>();
    }

    /// <summary>Half messages that the check has not come past.</summary>
    public long Pending => _role.IsMaster
        ? Math.Max(0, _store.MaxOffset(TopicNames.TransactionHalf, HalfMessage.QueueId) - Load(TopicNames.TransactionHalf))
        : 0;

    /// <summary>Begins to check, for the first time after one interval.</summary>
    public void Start() => _running = RunAsync(_stopping.Token);

    /// <summary>Stops; the store must still be open and be closed in order afterwards, which flushes what this keeps.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        if (_reached is { } reached && IsStillMine() && _store.Failure is null)
        {
            Keep(reached);
        }

        _stopping.Dispose();
    }

    /// <summary>One run. Not to be called while another one is on its way.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!_role.IsMaster || !_role.MayWrite)
        {
            (_reached, _epoch) = (null, -1);
            return;
        }

        _topics.FindOrCreate(TopicNames.TransactionHalf, queues: 1, Permissions.Read | Permissions.Write, sysFlag: 0, out _);
        var from = Begin();
        var run = await _check.RunAsync(from, cancellationToken);
        if (run.Progress != from || run.Asked + run.Discarded > 0)
        {
            _logger.TransactionsChecked(from.Half, run.Progress.Half, run.Asked, run.Discarded, run.Progress.Operations);
        }

        _reached = run.Progress;
        _lastCopy = run.LastKept.Bytes > 0 ? run.LastKept : _lastCopy;
        if (_lastCopy.Bytes > 0)
        {
            await _store.WaitDurableAsync(_lastCopy, cancellationToken);
        }

        KeepIfSafe();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var interval = _options.Transactions.TransactionCheckInterval;
            try
            {
                await PauseAsync(TimeSpan.FromMilliseconds(interval), cancellationToken);
                await CheckAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                _logger.TransactionCheckFailed(failure, interval);
            }
        }
    }

    /// <summary>Where to go on: where the last run ended, unless this broker was not the master since, or somebody set the offsets.</summary>
    private CheckProgress Begin()
    {
        var stored = new CheckProgress(Load(TopicNames.TransactionHalf), Load(TopicNames.TransactionOperation));
        if (_reached is not { } reached || !IsStillMine() || stored != _kept)
        {
            (_epoch, _kept, _lastCopy) = (_role.Epoch, stored, default);
            reached = stored;
        }

        // A log that lost its end in a crash, or its beginning to retention.
        return new CheckProgress(Within(TopicNames.TransactionHalf, reached.Half), Within(TopicNames.TransactionOperation, reached.Operations));
    }

    /// <summary>Waits for the next run, and keeps the progress of the last one as soon as that is safe.</summary>
    private async Task PauseAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        while (interval > TimeSpan.Zero)
        {
            var part = _lastCopy.Bytes > 0 && FlushPoll < interval ? FlushPoll : interval;
            await Task.Delay(part, _clock, cancellationToken);
            interval -= part;
            KeepIfSafe();
        }
    }

    private void KeepIfSafe()
    {
        var isSafe = _lastCopy.Bytes == 0
            || (_store.IsDurable(_lastCopy, waitForStore: true) && _store.CommitLogFlushedOffset >= _lastCopy.EndOffset);
        if (isSafe && _reached is { } reached && IsStillMine())
        {
            Keep(reached);
            _lastCopy = default;
        }
    }

    private bool IsStillMine() => _role.IsMaster && _role.Epoch == _epoch;

    private void Keep(CheckProgress progress)
    {
        if (progress != _kept)
        {
            _offsets.TryCommit(HalfMessage.CheckGroup, TopicNames.TransactionHalf, HalfMessage.QueueId, progress.Half);
            _offsets.TryCommit(HalfMessage.CheckGroup, TopicNames.TransactionOperation, HalfMessage.QueueId, progress.Operations);
            _kept = progress;
        }
    }

    private long Load(string topic) => _offsets.Find(HalfMessage.CheckGroup, topic, HalfMessage.QueueId) is >= 0 and var offset
        ? offset
        : _store.MinOffset(topic, HalfMessage.QueueId);

    private long Within(string topic, long offset)
    {
        var min = _store.MinOffset(topic, HalfMessage.QueueId);
        return Math.Clamp(offset, min, Math.Max(min, _store.MaxOffset(topic, HalfMessage.QueueId)));
    }
}
