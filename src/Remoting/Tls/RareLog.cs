namespace Rocketeer.Remoting.Tls;

/// <summary>Lets one sentence through in ten seconds, so that hostile peers cannot fill the log. Thread-safe.</summary>
internal sealed class RareLog(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _last;
    private int _kept;
    private bool _any;

    /// <param name="kept">How many were not let through since the last one that was.</param>
    /// <returns>True when this one may be logged.</returns>
    public bool TryPass(out int kept)
    {
        lock (_gate)
        {
            kept = _kept;
            if (_any && clock.GetElapsedTime(_last) < Pause)
            {
                _kept++;
                return false;
            }

            _any = true;
            _last = clock.GetTimestamp();
            _kept = 0;
            return true;
        }
    }
}
