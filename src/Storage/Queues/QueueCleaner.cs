using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Index;

namespace Rocketeer.Storage.Queues;

/// <summary>
/// Deletes the files of queues and index whose records the log has lost (store.md sections 14.3 and 10.4). Run by the store's cleaning
/// timer, after the log's own cleaning, one run at a time.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="queues">The queues.</param>
/// <param name="index">The index; <see langword="null"/> when messages are not indexed.</param>
/// <param name="pause">Pause after a queue that lost files: giving back blocks stalls other writers of some file systems.</param>
/// <param name="clock">Clock of the pause.</param>
internal sealed class QueueCleaner(ILogReader log, ConsumeQueueSet queues, MessageIndex? index, TimeSpan pause, TimeProvider clock)
{
    private long _cleanedUntil;

    /// <summary>Deletes what may go; nothing when the log begins where it began at the last run.</summary>
    /// <returns>Files deleted.</returns>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var minCommitOffset = log.MinOffset;
        if (minCommitOffset <= _cleanedUntil)
        {
            return 0;
        }

        var deleted = 0;
        foreach (var queue in queues.All)
        {
            var files = queue.DeleteExpiredFiles(minCommitOffset);
            deleted += files;
            if (files > 0 && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
            }
        }

        deleted += index?.DeleteExpiredFiles(minCommitOffset) ?? 0;
        _cleanedUntil = minCommitOffset;
        return deleted;
    }
}
