using System.Collections.Concurrent;

namespace Rocketeer.Hosting.Probes;

/// <summary>
/// What <c>/healthz</c> and <c>/readyz</c> answer. A check returns <see langword="null"/> when all is well, else one sentence; it must
/// be quick and must not block, because a probe waits for it. Thread-safe.
/// </summary>
public sealed class ServerHealth
{
    private readonly ConcurrentQueue<Func<string?>> _liveness = new();
    private readonly ConcurrentQueue<Func<string?>> _readiness = new();
    private volatile bool _serving;

    /// <summary>True between the end of the start and the begin of the stop; set by the host.</summary>
    public bool Serving
    {
        get => _serving;
        set => _serving = value;
    }

    /// <summary>Adds a check whose failure only a restart of the process cures.</summary>
    public void AddLiveness(Func<string?> check) => _liveness.Enqueue(check);

    /// <summary>Adds a check whose failure means: send no traffic for now.</summary>
    public void AddReadiness(Func<string?> check) => _readiness.Enqueue(check);

    /// <summary>One sentence per failed liveness check.</summary>
    public IReadOnlyList<string> LivenessProblems() => [.. Problems(_liveness)];

    /// <summary>One sentence per failed check of either kind, or that the server is not serving.</summary>
    public IReadOnlyList<string> ReadinessProblems() =>
        _serving ? [.. Problems(_liveness), .. Problems(_readiness)] : ["The server is starting or stopping."];

    private static IEnumerable<string> Problems(IEnumerable<Func<string?>> checks) =>
        checks.Select(check => check()).OfType<string>();
}
