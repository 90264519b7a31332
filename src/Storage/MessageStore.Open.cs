using Microsoft.Extensions.Logging;
using Rocketeer.Storage.Checkpoints;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage;

// Opens: lock, load, recover, bring the queues up to the log, start (reference: store.md sections 13 and 21).
public sealed partial class MessageStore
{
    /// <summary>Opens a store: takes the lock, loads, recovers, starts dispatch and flushing.</summary>
    /// <param name="options">Paths, sizes, limits.</param>
    /// <param name="role">Whether this store takes messages.</param>
    /// <param name="arrivals">Told about every message that became visible; may be <see langword="null"/>.</param>
    /// <param name="clock">Clock of every time-out and timestamp.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="StoreException">The directory is in use, or something in it cannot be read; one plain sentence.</exception>
    public static Task<MessageStore> OpenAsync(
        StoreOptions options,
        StoreRole role,
        IMessageArrivalListener? arrivals,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken) =>
        OpenAsync(options, role, arrivals, clock, loggers, RealDisk.Instance, cancellationToken);

    /// <summary>As the public one, on a disk of the caller's choice.</summary>
    internal static async Task<MessageStore> OpenAsync(
        StoreOptions options,
        StoreRole role,
        IMessageArrivalListener? arrivals,
        TimeProvider clock,
        ILoggerFactory loggers,
        IDisk disk,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(loggers);
        if (options.Validate() is [var problem, ..])
        {
            throw new StoreException(problem);
        }

        CreateDirectory(options.RootDirectory, "storePathRootDir");
        CreateDirectory(options.CommitLogDirectory, "storePathCommitLog");
        var storeLock = StoreLock.Acquire(options.RootDirectory);
        MessageStore? store = null;
        try
        {
            store = new MessageStore(options, role, arrivals, clock, loggers.CreateLogger<MessageStore>(), disk, storeLock);

            // Reading gigabytes of log is work for a thread that nobody waits on.
            await Task.Run(() => store.Recover(cancellationToken), cancellationToken).ConfigureAwait(false);
            store.StartServices();
            return store;
        }
        catch (Exception e)
        {
            store?.DisposeParts();
            storeLock.Dispose();
            if (e is StoreException or OperationCanceledException || e is not (IOException or UnauthorizedAccessException))
            {
                throw;
            }

            throw new StoreException($"The store {options.RootDirectory} cannot be opened: {e.Message}", e);
        }
    }

    private static void CreateDirectory(string path, string key)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The directory {path} ({key}) cannot be created: {e.Message}", e);
        }
    }

    private void Recover(CancellationToken cancellationToken)
    {
        var afterCrash = _abortMarker.Exists;
        _log.Load(afterCrash);
        _queues.Load();
        _index.Load(afterCrash, _checkpoint.IndexTimestamp);

        var safeTimestamp = _checkpoint.SafeTimestamp(_options.MessageIndexEnable && _options.MessageIndexSafe);
        var recovered = _log.Recover(afterCrash, safeTimestamp);
        if (afterCrash)
        {
            _logger.RecoveringAfterCrash(_options.RootDirectory, recovered.StartOffset);
        }

        // From here on the log is right and the queues follow it. The marker comes first: should this be interrupted, the next opening
        // does it again.
        _abortMarker.Create();
        _queues.TruncateAfter(recovered.EndOffset);
        var dispatchFrom = afterCrash
            ? recovered.StartOffset
            : Math.Clamp(_queues.MaxCommitEnd, _log.MinOffset, recovered.EndOffset); // all of it when the queues are gone
        if (_options.MessageIndexEnable && _index.IsEmpty && !afterCrash)
        {
            dispatchFrom = _log.MinOffset; // the index is gone, or was never kept: build it again
        }

        _dispatcher.CatchUp(dispatchFrom, cancellationToken);
        OpenedAfterCrash = afterCrash;
        _queues.CorrectMinOffsets(_log.MinOffset);
        RefreshQueueOffsets();
        _delayed.Load();
        _logger.StoreOpened(_options.RootDirectory, _log.MinOffset, _log.MaxOffset, !afterCrash);
    }

    /// <summary>
    /// Takes the next queue offsets from the queues: at opening, and when a slave becomes a master, after dispatch has caught up and before
    /// its role lets it write.
    /// </summary>
    public void RefreshQueueOffsets() => _log.WhileNotAppending(table =>
    {
        foreach (var queue in _queues.All)
        {
            table.Set(queue.Topic, queue.QueueId, queue.MaxOffset);
        }
    });
}
