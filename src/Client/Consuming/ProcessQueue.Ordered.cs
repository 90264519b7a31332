using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <content>
/// Handling in order: one worker at a time has the queue. It takes messages from the head, and then commits them, keeps them as done but
/// not committed, or puts them back, to be taken again. What is taken stays in the window until it is committed.
/// </content>
internal sealed partial class ProcessQueue
{
    private int _taken;         // leading entries of the ring that were handed out
    private bool _scheduled;    // a worker has the queue, or it waits for one
    private bool _running;      // a handler works on what was taken
    private bool _retired;      // nothing is handed out any more, but what is handed out may still be committed
    private TaskCompletionSource? _quiet;

    /// <summary>Messages that were handed out and are not committed.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Claims the queue for a worker.</summary>
    /// <returns>False when one has it already, and when there is nothing to take.</returns>
    public bool TrySchedule()
    {
        lock (_gate)
        {
            return !_scheduled && (_scheduled = CanTake);
        }
    }

    /// <summary>The worker leaves the queue as it is, until it is scheduled again.</summary>
    public void Unschedule()
    {
        lock (_gate)
        {
            _scheduled = false;
        }
    }

    /// <summary>Takes messages from the head for the worker that has the queue; <see cref="EndTurn"/> must follow.</summary>
    /// <param name="into">Gets them; its length is the most that is taken.</param>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    /// <returns>0 when there is nothing to take; the queue is not scheduled any more then.</returns>
    public int TakeHead(MessageExt[] into, long nowMs)
    {
        lock (_gate)
        {
            if (!CanTake)
            {
                _scheduled = false;
                return 0;
            }

            var count = Math.Min(into.Length, _length - _taken);
            for (var i = 0; i < count; i++)
            {
                into[i] = At(_taken + i).Message;
            }

            _taken += count;
            _running = true;
            LastConsumeMs = nowMs;
            return count;
        }
    }

    /// <summary>Finishes everything that was taken and moves the offset behind it; nothing once the queue is dropped.</summary>
    public void Commit(IOffsetStore offsets)
    {
        lock (_gate)
        {
            if (_dropped || _taken == 0)
            {
                return;
            }

            for (var i = 0; i < _taken; i++)
            {
                At(i).Finished = true;
                _bytes -= At(i).Message.Body.Length;
            }

            var behind = _taken == _length ? Behind : At(_taken).Message.QueueOffset;
            _count -= _taken;
            _taken = 0;
            RemoveFinishedHead();
            offsets.Update(Queue, behind, increaseOnly: true);
            AnnounceRoom();
        }
    }

    /// <summary>Puts the messages that were taken last back; they are the next to be taken.</summary>
    /// <param name="count">How many; more than there are means all.</param>
    public void PutBack(int count)
    {
        lock (_gate)
        {
            _taken -= Math.Min(count, _taken);
        }
    }

    /// <summary>The handler returned, and its outcome was recorded.</summary>
    public void EndTurn()
    {
        lock (_gate)
        {
            _running = false;
            _quiet?.TrySetResult();
        }
    }

    /// <summary>Hands out nothing more. Completes when no handler works on the queue.</summary>
    public Task RetireAsync()
    {
        lock (_gate)
        {
            _retired = true;
            if (!_running)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    private bool CanTake => !_dropped && !_retired && _taken < _length;
}
