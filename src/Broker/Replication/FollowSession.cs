using Rocketeer.Storage.Replication;

namespace Rocketeer.Broker.Replication;

/// <summary>Why a connection to the master is of no more use, or what it told about the logs.</summary>
internal enum FollowEnd
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The disk is behind: the same bytes once more, in a moment.</summary>
    Busy,

    /// <summary>The master has other bytes than this _log.</summary>
    Differs,

    /// <summary>The master's log ends before this one.</summary>
    MasterEnds,

    /// <summary>The master sends nothing from the place it was asked for.</summary>
    NothingThere,

    /// <summary>The master told where its last file begins.</summary>
    Probed,

    /// <summary>What comes is no replication stream, or not what was asked for.</summary>
    Garbage,

    /// <summary>The own store takes nothing.</summary>
    Refused,
}

/// <summary>
/// One connection's worth of a master's log: compares what this log has already, appends what it has not. Works on what is received, knows
/// nothing of sockets. Not thread-safe; the offsets may be read from other threads.
/// </summary>
internal sealed class FollowSession
{
    // A heartbeat may be under way while data are; two at one place, with nothing between them, mean that the master has nothing there.
    private const int HeartbeatsThatMeanTheEnd = 2;

    private readonly ReplicationLog _log;
    private readonly bool _isProbe;
    private readonly FrameReader _frames;
    private readonly long _ownEnd;
    private long _position; // of the next byte expected
    private int _heartbeats; // at _position, in a row
    private bool _isVerified;
    private bool _hasPlace;

    /// <summary>Begins.</summary>
    /// <param name="log">The own _log.</param>
    /// <param name="request">The offset that is asked for; 0 with an empty log, or to probe.</param>
    /// <param name="isProbe">True to learn only where the master's last file begins.</param>
    public FollowSession(ReplicationLog log, long request, bool isProbe)
    {
        _log = log;
        _isProbe = isProbe;
        _frames = new FrameReader(log.FileSize);
        _ownEnd = _log.AppendedOffset;
        Request = _position = request;
        _isVerified = _ownEnd == 0;
        _hasPlace = request > 0;
    }

    /// <summary>The offset that is asked for.</summary>
    public long Request { get; }

    /// <summary>Offset of the next byte that is expected; where the verdict was found.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>True when the own log is known to be the master's up to its end.</summary>
    public bool IsVerified => Volatile.Read(ref _isVerified);

    /// <summary>True when the master's first frame, while probing, was a heartbeat: its log ends where its last file begins.</summary>
    public bool ProbedEmpty { get; private set; }

    /// <summary>What may be reported to the master: everything before is the same there, and as durable here as configured.</summary>
    public long Reportable => IsVerified ? _log.DurableOffset : Math.Min(Position, _log.DurableOffset);

    /// <summary>Why it ended, where the kind alone does not tell.</summary>
    public string? Detail { get; private set; }

    /// <summary>Takes what was received.</summary>
    /// <param name="received">Moved on; what is left after <see cref="FollowEnd.Busy"/> is to be given again.</param>
    public FollowEnd Take(ref ReadOnlySpan<byte> received)
    {
        while (true)
        {
            var part = _frames.Read(ref received, out var offset, out var data);
            var end = part switch
            {
                FramePart.None => FollowEnd.None,
                FramePart.Malformed => Garbage($"a frame has offset {offset} and a size that no frame has there"),
                FramePart.Heartbeat => Heartbeat(offset),
                _ => Data(ref received, offset, data),
            };
            if (part == FramePart.None || end != FollowEnd.None)
            {
                return end;
            }
        }
    }

    private FollowEnd Heartbeat(long offset)
    {
        if (_isProbe)
        {
            Volatile.Write(ref _position, offset);
            ProbedEmpty = true;
            return FollowEnd.Probed;
        }

        if (_hasPlace && offset != Position)
        {
            return Garbage($"a heartbeat stands at offset {offset} instead of {Position}");
        }

        if (IsVerified || ++_heartbeats < HeartbeatsThatMeanTheEnd)
        {
            return FollowEnd.None;
        }

        return Position == Request ? FollowEnd.NothingThere : FollowEnd.MasterEnds;
    }

    private FollowEnd Data(ref ReadOnlySpan<byte> received, long offset, scoped ReadOnlySpan<byte> data)
    {
        if (_isProbe)
        {
            Volatile.Write(ref _position, offset);
            return FollowEnd.Probed;
        }

        if (!_hasPlace)
        {
            if (offset % _log.FileSize != 0)
            {
                return Garbage(
                    $"its last file begins at offset {offset}, where no file of {_log.FileSize} bytes does; give both the same mapedFileSizeCommitLog");
            }

            Volatile.Write(ref _position, offset);
            _hasPlace = true;
        }

        if (offset != Position)
        {
            return Garbage($"a frame stands at offset {offset} instead of {Position}");
        }

        _heartbeats = 0;
        return IsVerified ? Append(ref received, data) : Compare(ref received, data);
    }

    private FollowEnd Compare(ref ReadOnlySpan<byte> received, scoped ReadOnlySpan<byte> data)
    {
        var there = (int)Math.Min(data.Length, _ownEnd - Position);
        var equal = _log.CountEqual(Position, data[..there]);
        Moved(ref received, equal);
        if (equal < there)
        {
            return FollowEnd.Differs;
        }

        if (Position == _ownEnd)
        {
            Volatile.Write(ref _isVerified, true);
        }

        return FollowEnd.None;
    }

    private FollowEnd Append(ref ReadOnlySpan<byte> received, scoped ReadOnlySpan<byte> data)
    {
        switch (_log.Append(Position, data))
        {
            case ReplicaAppend.Appended:
                Moved(ref received, data.Length);
                return FollowEnd.None;
            case ReplicaAppend.Busy:
                return FollowEnd.Busy;
            case ReplicaAppend.NotALog:
                return Garbage($"what it sends at offset {Position} is no log, or that of a broker with another mapedFileSizeCommitLog");
            case ReplicaAppend.Misplaced:
                return Garbage($"what it sends at offset {Position} does not fit behind this log, which ends at {_log.AppendedOffset}");
            default:
                Detail = "this store takes nothing: it is closed, failed, out of space, or no slave's";
                return FollowEnd.Refused;
        }
    }

    private void Moved(ref ReadOnlySpan<byte> received, int length)
    {
        _frames.Advance(ref received, length);
        Volatile.Write(ref _position, Position + length);
    }

    private FollowEnd Garbage(string detail)
    {
        Detail = detail;
        return FollowEnd.Garbage;
    }
}
