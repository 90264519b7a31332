namespace Rocketeer.Storage;

// Ends a store (reference: store.md section 21, with the log flushed before dispatch is awaited, not after).
public sealed partial class MessageStore
{
    private int _isDisposed;

    /// <summary>Drains dispatch, flushes everything, writes the checkpoint and removes the abort marker.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        Volatile.Write(ref _isClosed, true);
        _log.Seal();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_services).ConfigureAwait(false);
        await _log.StopAsync().ConfigureAwait(false);
        _committer?.Dispose();
        _flusher?.Flush(leastPages: 0);
        await _dispatcher.DisposeAsync().ConfigureAwait(false);
        try
        {
            var reason = WhyUnclean();
            await _index.FlushAsync().ConfigureAwait(false);
            SaveCheckpoint();
            _delayed.Save();
            if (reason is null)
            {
                _abortMarker.Delete();
            }
            else
            {
                _logger.ClosedUncleanly(_options.RootDirectory, reason);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The marker stays, so the next opening checks the log.
            _logger.ClosedUncleanly(_options.RootDirectory, e.Message);
        }
        finally
        {
            DisposeParts();
            _lock.Dispose();
        }
    }

    private string? WhyUnclean() =>
        Failure is { } failure ? failure.Message
        : _log.IsPoisoned ? "a flush failed"
        : !_flags.MayWriteQueues ? "queues or index could not be written"
        : DispatchBehindBytes > 0 ? "not every message is in its queue"
        : null;

    private void DisposeParts()
    {
        _durability.Dispose();
        _queues.Dispose();
        _index.Dispose();
        _delayed.Dispose();
        _log.Dispose();
        _instruments.Dispose();
        _stopping.Dispose();
    }
}
