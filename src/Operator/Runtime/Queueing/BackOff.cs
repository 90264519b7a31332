using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Runtime.Queueing;

/// <summary>
/// When to try again after a failure (operator reference, 4.7): 1 s doubled up to 300 s with jitter; a conflict after 0.2 s and not counted;
/// what the API server asks for when it is busy. Not thread-safe; one per key.
/// </summary>
internal sealed class BackOff
{
    private static readonly TimeSpan Conflict = TimeSpan.FromMilliseconds(200);
    private const int MaxSeconds = 300;
    private const double Jitter = 0.2;

    private int _failures;

    /// <summary>Failures in a row.</summary>
    public int Failures => _failures;

    /// <summary>Forgets the failures.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Counts a failure.</summary>
    /// <param name="error">What failed.</param>
    /// <param name="random">For the jitter.</param>
    /// <returns>When to try again.</returns>
    public TimeSpan Next(Exception? error, Random random)
    {
        if (error is KubeApiException { IsConflict: true })
        {
            return Conflict;
        }

        _failures++;
        if (error is KubeApiException { RetryAfter: { } asked })
        {
            return asked;
        }

        var seconds = Math.Min(MaxSeconds, Math.Pow(2, Math.Min(_failures - 1, 9)));
        return TimeSpan.FromSeconds(seconds * (1 - Jitter + (2 * Jitter * random.NextDouble())));
    }
}
