using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using TaskCompletionSource = System.Threading.Tasks.TaskCompletionSource;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// The outgoing side of one connection. Frames are encoded by the calling thread, under a short lock, straight into the current batch.
/// What is written on the event loop during a burst of reads leaves when the burst ends; what other threads write leaves by one task per
/// burst. While the channel still has unsent bytes the batch grows instead of queueing many small sends. Thread-safe.
/// </summary>
internal sealed class ConnectionOutput(RemotingConnection connection, IChannelHandlerContext context, ConnectionLimits limits) : IRunnable
{
    private readonly Lock _gate = new();
    private readonly IEventLoop _loop = context.Channel.EventLoop;

    // Guarded by _gate.
    private readonly Queue<BatchBuffer> _sealed = new();
    private BatchBuffer? _batch;
    private TaskCompletionSource? _writable;
    private TaskCompletionSource? _drained;
    private int _lastBatchLength;
    private bool _closed;

    /// <summary>1 while a flush is queued on the loop.</summary>
    private int _flushScheduled;

    /// <summary>Bytes that were not handed to the kernel yet. Written under the lock, read anywhere.</summary>
    private long _pending;

    // Touched on the event loop only.
    private int _handedOver;
    private bool _reading;

    /// <summary>False while more bytes wait than the high-water mark allows.</summary>
    public bool IsWritable => Volatile.Read(ref _pending) < limits.OutputHighWaterMark;

    /// <summary>True while so few bytes wait that a connection which was not writable is writable again.</summary>
    public bool HasRoom => Volatile.Read(ref _pending) <= limits.OutputLowWaterMark;

    /// <summary>Writes a frame with a body that is at hand.</summary>
    /// <returns>False when the connection is closed; nothing was written.</returns>
    public bool Write<THeader>(in CommandEnvelope envelope, in THeader header, ReadOnlySpan<byte> body)
        where THeader : ICommandHeader => Write(envelope, header, new SpanBody(body));

    /// <summary>Writes a frame with a body that copies itself.</summary>
    /// <returns>False when the connection is closed; nothing was written.</returns>
    public bool Write<THeader, TBody>(in CommandEnvelope envelope, in THeader header, in TBody body)
        where THeader : ICommandHeader
        where TBody : IResponseBody, allows ref struct
    {
        var length = body.Length;
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            var batch = Batch();
            var start = batch.Length;
            try
            {
                CommandEncoder.WriteHead(batch, envelope, header, length);
                body.CopyTo(batch.GetSpan(length)[..length]);
                batch.Advance(length);
            }
            catch
            {
                batch.Truncate(start);
                throw;
            }

            Written(batch, start);
        }

        AfterWrite();
        return true;
    }

    /// <summary>Writes a command.</summary>
    /// <param name="command">Complete, with opaque and flags.</param>
    /// <param name="oneWayPermits">Permits to give back when the bytes have left.</param>
    /// <returns>False when the connection is closed; nothing was written.</returns>
    public bool Write(RemotingCommand command, int oneWayPermits = 0)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            var batch = Batch();
            var start = batch.Length;
            try
            {
                CommandEncoder.Write(batch, command);
            }
            catch
            {
                batch.Truncate(start);
                throw;
            }

            batch.OneWayPermits += oneWayPermits;
            Written(batch, start);
        }

        AfterWrite();
        return true;
    }

    /// <summary>Waits until the connection is writable, or closed.</summary>
    public ValueTask WaitWritableAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (IsWritable || _closed)
            {
                return ValueTask.CompletedTask;
            }

            _writable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_writable.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Waits until every byte is with the kernel, or the connection is closed.</summary>
    public Task WaitDrainedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_pending == 0 || _closed)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A burst of reads begins: answers wait for its end. On the event loop.</summary>
    public void ReadBurstBegins() => _reading = true;

    /// <summary>The burst of reads is over. On the event loop.</summary>
    public void ReadBurstEnds()
    {
        _reading = false;
        Flush();
    }

    /// <summary>The flush that another thread's write asked for.</summary>
    void IRunnable.Run() => Flush();

    /// <summary>Gives what was written to the channel. On the event loop.</summary>
    public void Flush()
    {
        Volatile.Write(ref _flushScheduled, 0);
        Interlocked.MemoryBarrier();
        Task? last = null;
        while (_handedOver < BatchBuffer.SealLength && TakeBatch() is { } batch)
        {
            batch.Seal();
            _handedOver += batch.Length;
            if (last is not null)
            {
                Observe(last);
            }

            last = context.WriteAsync(batch);
        }

        if (last is not null)
        {
            context.Flush();
            Observe(last);
        }
    }

    /// <summary>Drops what was not sent, and everything written from now on. On the event loop.</summary>
    public void Close()
    {
        TaskCompletionSource? writable, drained;
        List<BatchBuffer> unsent;
        lock (_gate)
        {
            _closed = true;
            unsent = [.. _sealed];
            if (_batch is not null)
            {
                unsent.Add(_batch);
            }

            _sealed.Clear();
            _batch = null;
            (writable, _writable) = (_writable, null);
            (drained, _drained) = (_drained, null);
        }

        foreach (var batch in unsent)
        {
            _handedOver += batch.Length;
            batch.Release();
        }

        writable?.TrySetResult();
        drained?.TrySetResult();
    }

    /// <summary>The channel is done with a batch. On the event loop.</summary>
    internal void Released(int length, int oneWayPermits)
    {
        _handedOver -= length;
        TaskCompletionSource? writable = null, drained = null;
        bool more;
        lock (_gate)
        {
            Volatile.Write(ref _pending, _pending - length);
            more = !_closed && (_batch is not null || _sealed.Count > 0);
            if (_pending <= limits.OutputLowWaterMark)
            {
                (writable, _writable) = (_writable, null);
            }

            if (_pending == 0)
            {
                (drained, _drained) = (_drained, null);
            }
        }

        writable?.TrySetResult();
        drained?.TrySetResult();
        connection.Sent(length, oneWayPermits);
        if (more && !_reading)
        {
            ScheduleFlush();
        }
    }

    private BatchBuffer Batch() =>
        _batch ??= BatchBuffer.Rent(this, Math.Min(_lastBatchLength + (_lastBatchLength / 4), BatchBuffer.SealLength));

    /// <summary>Under the lock: a frame was written behind <paramref name="start"/>.</summary>
    private void Written(BatchBuffer batch, int start)
    {
        Volatile.Write(ref _pending, _pending + batch.Length - start);
        if (batch.Length >= BatchBuffer.SealLength)
        {
            _sealed.Enqueue(batch);
            _lastBatchLength = batch.Length;
            _batch = null;
        }
    }

    /// <summary>Outside the lock: sees to it that what was written leaves, and that too much of it has consequences.</summary>
    private void AfterWrite()
    {
        var pending = Volatile.Read(ref _pending);
        if (pending > limits.OutputHighWaterMark)
        {
            connection.Congested(pending);
        }

        if (!(_loop.InEventLoop && _reading))
        {
            ScheduleFlush();
        }
    }

    private void ScheduleFlush()
    {
        if (Interlocked.Exchange(ref _flushScheduled, 1) != 0)
        {
            return;
        }

        try
        {
            _loop.Execute(this);
        }
        catch (RejectedExecutionException)
        {
            // The loops end after the last connection; there is nobody left to send to.
            connection.WriteFailed(new ObjectDisposedException(nameof(ConnectionOutput)));
        }
    }

    private BatchBuffer? TakeBatch()
    {
        lock (_gate)
        {
            if (_sealed.TryDequeue(out var batch))
            {
                return batch;
            }

            batch = _batch;
            _batch = null;
            if (batch is not null)
            {
                _lastBatchLength = batch.Length;
            }

            return batch;
        }
    }

    /// <summary>A failed write closes the channel, which has its own handling; the task's exception is looked at here so that it is not lost.</summary>
    private void Observe(Task write)
    {
        if (!write.IsCompleted)
        {
            write.ContinueWith(
                static (task, output) => ((ConnectionOutput)output!).Observe(task),
                this,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
        else if (write.Exception is { } failure)
        {
            connection.WriteFailed(failure.InnerException ?? failure);
        }
    }

    private readonly ref struct SpanBody(ReadOnlySpan<byte> bytes) : IResponseBody
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Length => _bytes.Length;

        public void CopyTo(Span<byte> destination) => _bytes.CopyTo(destination);
    }
}
