namespace Rocketeer.Client.Producing;

/// <summary>What is left of the time of one send.</summary>
internal readonly struct SendDeadline(TimeProvider clock, TimeSpan timeout)
{
    private readonly long _begin = clock.GetTimestamp();

    /// <summary>Time since the send began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_begin);

    /// <summary>Zero or less when the time is up.</summary>
    public TimeSpan Remaining => timeout - Elapsed;
}
