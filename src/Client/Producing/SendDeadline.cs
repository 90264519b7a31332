namespace Rocketeer.Client.Producing;

/// <summary>What is left of the time of one send.</summary>
internal readonly struct SendDeadline(TimeProvider clock, TimeSpan timeout)
{
    private readonly long _begin = clock.GetTimestamp();

    /// <summary>What the send had at its beginning.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>Time since the send began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_begin);

    /// <summary>Zero when the time is up; never negative, which waits would refuse.</summary>
    public TimeSpan Remaining => timeout - Elapsed is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;
}
