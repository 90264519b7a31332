using System.Collections.Concurrent;
using Rocketeer.Client;

namespace Rocketeer.Cli.Bench;

/// <summary>
/// What counts and what does not: nothing during the warm-up, everything that completes during the measurement, nothing afterwards.
/// Thread-safe.
/// </summary>
internal sealed class LoadWindow(LoadPlan plan, TimeProvider clock)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly LatencyRecorder _latencies = new();
    private volatile Phase _phase = Phase.WarmUp;
    private long _begun;
    private long _messages;
    private long _bytes;
    private long _failed;
    private Snapshot _start;
    private Snapshot _end;

    private enum Phase
    {
        WarmUp,
        Measuring,
        Closed,
    }

    /// <summary>When the measurement began; meaningless before.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Warms up, measures, and closes: after the time, when the messages are through, or when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(plan.WarmUp, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        StartedAt = clock.GetUtcNow();
        _start = Snapshot.Take(clock);
        _phase = Phase.Measuring;
        var end = plan.Messages is null ? Task.Delay(plan.Duration, clock, cancellationToken) : _reached.Task.WaitAsync(cancellationToken);
        await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _phase = Phase.Closed;
        _end = Snapshot.Take(clock);
    }

    /// <summary>Asks whether to send more, and notes when: false means that enough is on its way, or the measurement over.</summary>
    /// <param name="messages">How many would be sent.</param>
    /// <param name="request">To be given to the outcome.</param>
    public bool TryBegin(int messages, out Begun request)
    {
        var phase = _phase;
        var isCounted = plan.Messages is null || phase == Phase.Measuring;
        request = new Begun(clock.GetTimestamp(), isCounted);
        return phase != Phase.Closed
            && (phase == Phase.WarmUp || plan.Messages is not { } most || Interlocked.Add(ref _begun, messages) - messages < most);
    }

    /// <summary>A request was acknowledged.</summary>
    public void Completed(Begun request, int messages, int bytes)
    {
        if (request.IsCounted && _phase == Phase.Measuring)
        {
            _latencies.Record(clock.GetElapsedTime(request.Timestamp));
            Count(messages, bytes);
        }
    }

    /// <summary>A request failed.</summary>
    public void Failed(Begun request, int messages, Exception failure)
    {
        if (request.IsCounted && _phase == Phase.Measuring)
        {
            _errors.AddOrUpdate(KindOf(failure), messages, (_, before) => before + messages);
            Interlocked.Add(ref _failed, messages);
            EndIfEnough();
        }
    }

    /// <summary>A message arrived.</summary>
    /// <param name="bytes">Of its body.</param>
    /// <param name="bornAt">Its producer's clock, milliseconds since 1970.</param>
    public void Arrived(int bytes, long bornAt)
    {
        if (_phase != Phase.Measuring)
        {
            return;
        }

        // Older messages waited in the store: their age says nothing about how fast anything is.
        if (bornAt >= StartedAt.ToUnixTimeMilliseconds())
        {
            _latencies.Record(TimeSpan.FromMilliseconds(Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds() - bornAt)));
        }

        Count(1, bytes);
    }

    /// <summary>A pull failed; no message is known to be lost by that.</summary>
    public void PullFailed(Exception failure)
    {
        if (_phase == Phase.Measuring)
        {
            _errors.AddOrUpdate(KindOf(failure), 1, static (_, before) => before + 1);
        }
    }

    /// <summary>The figures, after <see cref="RunAsync"/>.</summary>
    public BenchReport Report(string kind, string topic, int batch)
    {
        var messages = Volatile.Read(ref _messages);
        var bytes = Volatile.Read(ref _bytes);
        var seconds = clock.GetElapsedTime(_start.Timestamp, _end.Timestamp).TotalSeconds;
        var user = (_end.Cpu.UserTime - _start.Cpu.UserTime).TotalSeconds;
        var system = (_end.Cpu.PrivilegedTime - _start.Cpu.PrivilegedTime).TotalSeconds;
        return new BenchReport
        {
            Kind = kind,
            Topic = topic,
            Batch = batch,
            Seconds = Math.Round(seconds, 3),
            Messages = messages,
            MessagesPerSecond = Ratio(messages, seconds),
            BodyBytes = Ratio(bytes, messages),
            MegabytesPerSecond = Ratio(bytes / 1e6, seconds),
            LatencyMicroseconds = _latencies.Summarize(),
            Cpu = new CpuFigures(Math.Round(user, 3), Math.Round(system, 3), Math.Round(user + system, 3), Ratio((user + system) * 1e6, messages)),
            AllocatedBytesPerMessage = Ratio(_end.Allocated - _start.Allocated, messages),
            Errors = new SortedDictionary<string, long>(_errors, StringComparer.Ordinal),
        };
    }

    private void Count(int messages, int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _messages, messages);
        EndIfEnough();
    }

    private void EndIfEnough()
    {
        if (plan.Messages is { } most && Volatile.Read(ref _messages) + Volatile.Read(ref _failed) >= most)
        {
            _reached.TrySetResult();
        }
    }

    private static double Ratio(double what, double by) => by > 0 ? Math.Round(what / by, 2) : 0;

    private static string KindOf(Exception failure) => failure switch
    {
        BrokerRejectedException rejected => rejected.ResponseCode.ToString(),
        _ => failure.GetType().Name.Replace("Exception", "", StringComparison.Ordinal),
    };

    /// <summary>A request on its way.</summary>
    /// <param name="Timestamp">When it began.</param>
    /// <param name="IsCounted">False if it belongs to the warm-up, whenever it ends.</param>
    internal readonly record struct Begun(long Timestamp, bool IsCounted);

    private readonly record struct Snapshot(long Timestamp, Environment.ProcessCpuUsage Cpu, long Allocated)
    {
        public static Snapshot Take(TimeProvider clock) => new(clock.GetTimestamp(), Environment.CpuUsage, GC.GetTotalAllocatedBytes());
    }
}
