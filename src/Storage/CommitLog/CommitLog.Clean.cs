namespace Rocketeer.Storage.CommitLogs;

// Deletes old files (reference: store.md section 14.1).
internal sealed partial class CommitLog
{
    /// <summary>Number of files.</summary>
    public int FileCount => _segments.Segments.Length;

    /// <summary>Deletes the oldest file when it is old enough; never the last one.</summary>
    /// <param name="now">Current time, UTC.</param>
    /// <param name="keepFor">Age that a file reaches before it goes, counted from its last write.</param>
    /// <param name="atOnce">True to ignore the age.</param>
    /// <param name="dispatchedUntil">A file that reaches beyond this stays: its messages are in no queue yet.</param>
    /// <returns>False when it must stay, or it is the only one.</returns>
    public bool TryDeleteOldest(DateTimeOffset now, TimeSpan keepFor, bool atOnce, long dispatchedUntil)
    {
        if (_segments.Segments is not [var oldest, _, ..]
            || oldest.EndOffset > Math.Min(FlushedOffset, dispatchedUntil)
            || (!atOnce && oldest.LastWriteTimeUtc + keepFor > now.UtcDateTime))
        {
            return false;
        }

        _logger.DeletingLogFile(oldest.Path);
        return _segments.DeleteFirst();
    }
}
