using Rocketeer.Storage.Replication;

namespace Rocketeer.Broker.Replication;

/// <summary>What to do about a log that may not be the master's.</summary>
/// <param name="CutAt">Where the own log ceases to be the master's; <see langword="null"/> to ask again first.</param>
/// <param name="Sentence">What was found; <see langword="null"/> while it is still being looked for.</param>
internal readonly record struct AlignmentStep(long? CutAt, string? Sentence)
{
    /// <summary>Asks for an earlier place, or where the master's last file begins.</summary>
    public static AlignmentStep AskAgain => default;
}

/// <summary>
/// Finds out how far the own log is the master's, with the stream alone: a slave may ask for an earlier place than its end, and compares what
/// it gets with what it has. It asks for the last bytes of its last file; as long as not one whole record there is the same, it goes further
/// back. What a master does not have it never sends, and says so with heartbeats; asked for 0, it begins where its last file does, and so
/// tells whether it is behind or has deleted what was asked for. Not thread-safe; lives as long as a master is followed.
/// </summary>
/// <param name="log">The own log.</param>
/// <param name="leastWindow">Bytes to compare at least, if there are so many.</param>
internal sealed class Alignment(ReplicationLog log, long leastWindow)
{
    private const int Widening = 8;

    private long _widened; // 0 while the least window will do
    private long? _exactly;
    private long _notThere; // what the master did not have, while it is asked where its last file begins

    /// <summary>True while the master is asked for 0 to learn where its last file begins.</summary>
    public bool IsProbing { get; private set; }

    /// <summary>What to ask for. 0 when the own log is empty.</summary>
    public long NextRequest()
    {
        var own = log.AppendedOffset;
        if (own == 0 || IsProbing)
        {
            return 0;
        }

        if (_exactly is { } exactly && exactly < own)
        {
            return exactly;
        }

        // Not into the file before without need, which may be deleted at the master; but a whole record at least: part of one may be the same
        // by chance, while its own offset and the times in its head make it the same record.
        var from = _widened > 0
            ? own - _widened
            : Math.Min(Math.Max(own - leastWindow, FileStartOf(own - 1)), log.LastRecordStart);

        // Not 0, which means something else; the byte there is the first of a length, and always 0.
        return Math.Max(Math.Max(from, log.MinOffset), 1);
    }

    /// <summary>The end of the own log is the master's.</summary>
    public void Verified()
    {
        _widened = 0;
        _exactly = null;
    }

    /// <summary>The master has another byte than this log.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="at">Where.</param>
    public AlignmentStep Differs(long request, long at) => Ends(request, at, $"it differs at offset {at}.");

    /// <summary>The master's log ends before this one.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="at">Where; behind <paramref name="request"/>.</param>
    public AlignmentStep MasterEnds(long request, long at) =>
        Ends(request, at, $"the master's ends at offset {at}, this one at {log.AppendedOffset}.");

    /// <summary>The master sends nothing from where it was asked on.</summary>
    /// <param name="request">What was asked for.</param>
    public AlignmentStep NothingThere(long request)
    {
        _notThere = request;
        IsProbing = true;
        return AlignmentStep.AskAgain;
    }

    /// <summary>The master was asked where its last file begins, and answered.</summary>
    /// <param name="lastFile">Offset of its first frame.</param>
    /// <param name="isEmpty">True when that is also where its log ends.</param>
    public AlignmentStep Probed(long lastFile, bool isEmpty)
    {
        IsProbing = false;
        if (lastFile > _notThere)
        {
            Verified();
            return new AlignmentStep(
                0, $"the master no longer has what this log ends with, and its last file begins at offset {lastFile}.");
        }

        if (!isEmpty)
        {
            _exactly = Math.Max(lastFile, 1);
        }
        else if (lastFile > 0)
        {
            _exactly = Math.Max(Math.Max(lastFile - leastWindow, log.MinOffset), 1);
        }
        else
        {
            _exactly = null;
            return new AlignmentStep(null, "the master's log is empty and this one is not; it is left as it is until the master has messages.");
        }

        return AlignmentStep.AskAgain;
    }

    private AlignmentStep Ends(long request, long at, string sentence)
    {
        var isWholeLog = request <= Math.Max(log.MinOffset, 1);
        if (!isWholeLog && at < log.EndOfFirstRecordFrom(request))
        {
            _widened = (log.AppendedOffset - request) * Widening;
            _exactly = null;
            return AlignmentStep.AskAgain;
        }

        Verified();
        return new AlignmentStep(log.BoundaryAtOrBefore(at), sentence);
    }

    private long FileStartOf(long offset) => offset - (offset % log.FileSize);
}
