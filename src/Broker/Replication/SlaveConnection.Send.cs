using System.Net.Sockets;

namespace Rocketeer.Broker.Replication;

// Sends the log. Sleeps until the log grows; when far behind, several frames leave in one send.
internal sealed partial class SlaveConnection
{
    // Sent at once when there is nothing to send for the first time: a slave of ours that has more than this log learns it so, without
    // waiting for the next two.
    private const int HeartbeatsThatTellTheEnd = 2;
    private const int LeastSendSize = 8 * (32768 + FrameLayout.HeaderLength);

    private readonly Signal _signal = new();
    private readonly TimeSpan _heartbeatAfter;
    private long _startedAt = long.MaxValue; // where sending began
    private long _sent = -1; // written here, what the peer may confirm; set by the request before anything is sent
    private long _endSeen = long.MaxValue; // end of the log when everything was sent last
    private long _wroteAt;
    private long _sendingSince; // 0 while no send is under way
    private volatile bool _isOutOfReach;
    private volatile string? _refusal; // why it is told where the log ends, and closed then

    /// <summary>Everything from the request to here was sent; -1 before anything was asked.</summary>
    public long SentOffset => Volatile.Read(ref _sent);

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        while (!HasAsked)
        {
            await _signal.WaitAsync(cancellationToken);
        }

        // Copied, although the log is mapped: frames have headers between them, a send takes one piece of memory, and a send of eight frames
        // saves more than the copy costs.
        var buffer = new byte[Math.Max(LeastSendSize, FrameLayout.HeaderLength + _settings.HaTransferBatchSize)];
        var heartbeatsAtOnce = HeartbeatsThatTellTheEnd;
        while (!cancellationToken.IsCancellationRequested)
        {
            var length = FillFrames(buffer);
            if (length == 0)
            {
                Volatile.Write(ref _endSeen, SentOffset);
                if (heartbeatsAtOnce == 0 && _refusal is { } refusal)
                {
                    Close(refusal);
                    return;
                }

                if (heartbeatsAtOnce == 0 && _clock.GetElapsedTime(_wroteAt) <= _heartbeatAfter)
                {
                    await _signal.WaitAsync(cancellationToken);
                    continue;
                }

                heartbeatsAtOnce = Math.Max(0, heartbeatsAtOnce - 1);
                FrameLayout.WriteHeader(buffer, SentOffset, 0);
                length = FrameLayout.HeaderLength;
            }

            await SendAllAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    // An empty slave gets the last file only, as from the original.
    private void Begin(long request)
    {
        var end = _log.MaxOffset;
        var start = request == 0 ? end - (end % _log.FileSize) : request;
        Volatile.Write(ref _startedAt, start);
        Volatile.Write(ref _sent, start);
        _logger.SlaveAsked(Address, request, start);
        if (start > end)
        {
            _refusal = $"it asks for offset {start}, but this log ends at {end}; it is no slave, or its log is not a copy of this one";
        }

        if (start < _log.MinOffset)
        {
            _isOutOfReach = true;
            _logger.SlaveOutOfReach(Address, start, _log.MinOffset);
        }
    }

    private int FillFrames(byte[] buffer)
    {
        var length = 0;
        while (buffer.Length - length > FrameLayout.HeaderLength)
        {
            var room = Math.Min(_settings.HaTransferBatchSize, buffer.Length - length - FrameLayout.HeaderLength);
            if (length > 0 && room < _settings.HaTransferBatchSize)
            {
                break; // no short frame only because the buffer ends
            }

            var size = _log.Read(SentOffset, buffer.AsSpan(length + FrameLayout.HeaderLength, room));
            if (size == 0)
            {
                break;
            }

            FrameLayout.WriteHeader(buffer.AsSpan(length), SentOffset, size);
            length += FrameLayout.HeaderLength + size;
            Volatile.Write(ref _sent, SentOffset + size); // before it leaves: its confirmation may be here before the send returns
        }

        return length;
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            Volatile.Write(ref _sendingSince, _clock.GetTimestamp());
            var sent = await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken);
            bytes = bytes[sent..];
        }

        Volatile.Write(ref _sendingSince, 0);
        _wroteAt = _clock.GetTimestamp();
    }
}
