namespace Rocketeer.Storage.CommitLogs;

/// <summary>
/// Synchronous flush: one thread that writes and syncs whatever was appended during its last sync. One sync serves all who wait, and
/// there is no timer: a lone sender waits for one sync, a thousand share one.
/// </summary>
internal sealed class GroupCommitter : IDurabilityCondition, IDisposable
{
    private const int MostLooks = 64;
    private const int LeastLooks = 4;
    private const int SpinsPerLook = 50;

    private readonly CommitLog _log;
    private readonly DurabilityGate _gate;
    private readonly StoreInstruments _instruments;
    private readonly Action<string, Exception> _failed;
    private readonly WakeUp _wakeUp = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;

    /// <summary>Takes charge of a log.</summary>
    /// <param name="log">The log, in synchronous mode.</param>
    /// <param name="gate">Where senders wait.</param>
    /// <param name="instruments">Told about flushes.</param>
    /// <param name="failed">Told when the thread stops for another reason than being asked.</param>
    public GroupCommitter(CommitLog log, DurabilityGate gate, StoreInstruments instruments, Action<string, Exception> failed)
    {
        _log = log;
        _gate = gate;
        _instruments = instruments;
        _failed = failed;
        _thread = new Thread(Run) { IsBackground = true, Name = "store-commit" };
        log.Staged = _wakeUp.Signal;
        gate.Add(this);
    }

    /// <inheritdoc/>
    public long ReachedOffset => _log.FlushedOffset;

    /// <inheritdoc/>
    public PutStatus LateStatus => PutStatus.FlushDiskTimeout;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Commits what is left and stops.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Commit();
        _stopping.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                _wakeUp.Wait(_stopping.Token);
                Commit();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // asked to stop; Dispose commits the rest
        }
        catch (Exception e) // nothing is flushed any more: whoever runs the store must know
        {
            _gate.GiveUp();
            _failed("synchronous flush", e);
        }
    }

    private void Commit()
    {
        while (true)
        {
            var start = _instruments.Now;
            var bytes = _log.Flush(leastPages: 0);
            if (bytes == 0)
            {
                break;
            }

            _instruments.Flushed(start, bytes);
            _gate.Advance();
            LetSendersCatchUp();
        }

        if (_log.IsPoisoned)
        {
            _gate.GiveUp();
        }
    }

    /// <summary>
    /// Those who were just answered send again within microseconds. A sync that leaves without them costs each of them a whole one more, so
    /// it waits while they keep coming: a few microseconds when nobody does, never as long as a sync.
    /// </summary>
    private void LetSendersCatchUp()
    {
        var staged = _log.StagedBytes;
        for (var look = 0; look < MostLooks; look++)
        {
            Thread.Yield();
            Thread.SpinWait(SpinsPerLook);
            var now = _log.StagedBytes;
            if (now == staged && look >= LeastLooks)
            {
                return;
            }

            staged = now;
        }
    }
}
