using System.Threading.Tasks.Sources;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// A request that waits for its answer; the source of the task that the caller awaits. Completed once, by whoever takes it out of its
/// table: the answer, the deadline, a cancellation or the end of the connection. Continuations run on the thread pool, never on the loop.
/// </summary>
internal sealed class PendingRequest(PendingRequests table, int opaque, int code, long deadline, TimeSpan timeout, Permits permits)
    : IValueTaskSource<RemotingCommand>
{
    private ManualResetValueTaskSourceCore<RemotingCommand> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _completed;

    public int Opaque => opaque;

    public int Code => code;

    public TimeSpan Timeout => timeout;

    /// <summary>Timestamp of the table's clock at which it gives up.</summary>
    public long Deadline => deadline;

    /// <summary>How the answer is copied; completely if <see langword="null"/>.</summary>
    public AnswerReader? Reader { get; init; }

    public ValueTask<RemotingCommand> Task => new(this, _source.Version);

    /// <summary>Lets a token take the request out of its table.</summary>
    public void CancelOn(CancellationToken token)
    {
        if (!token.CanBeCanceled)
        {
            return;
        }

        _cancellation = token.UnsafeRegister(static (request, cancelled) => ((PendingRequest)request!).Cancel(cancelled), this);

        // Complete() may have run before it could see the registration.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _completed) != 0)
        {
            _cancellation.Unregister();
        }
    }

    /// <summary>Completes with an answer that still lies in the receive buffer.</summary>
    public void Complete(in CommandView answer)
    {
        RemotingCommand copy;
        try
        {
            copy = Reader is null ? answer.ToCommand() : Reader(in answer);
        }
#pragma warning disable CA1031 // It is out of the table already: nobody else would end the wait, whatever the reader threw.
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            Fail(new RemotingSendException($"The answer to request {code} cannot be read; the request was served.", unreadable));
            return;
        }

        Complete(copy);
    }

    public void Complete(RemotingCommand answer)
    {
        Finish();
        _source.SetResult(answer);
    }

    public void Fail(Exception failure)
    {
        Finish();
        _source.SetException(failure);
    }

    public RemotingCommand GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (table.TryTake(opaque, out _))
        {
            Fail(new OperationCanceledException(token));
        }
    }

    private void Finish()
    {
        Interlocked.Exchange(ref _completed, 1);
        _cancellation.Unregister();
        permits.Release();
    }
}
