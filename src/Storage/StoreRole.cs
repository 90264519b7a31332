namespace Rocketeer.Storage;

/// <summary>
/// The one place that says whether this store takes messages: role, epoch and write permission in one object that the append path asks
/// (DESIGN.md section 5). Thread-safe; a change is seen by the next append.
/// </summary>
public sealed class StoreRole
{
    private volatile State _state;

    /// <summary>Creates the seam.</summary>
    /// <param name="isMaster">True when this store is a master.</param>
    /// <param name="epoch">Epoch in which it is; 0 for static roles.</param>
    /// <param name="mayWrite">False for a master that waits to be let in; <see cref="Change"/> opens it.</param>
    public StoreRole(bool isMaster, long epoch = 0, bool mayWrite = true) => _state = new State(isMaster, epoch, isMaster && mayWrite);

    /// <summary>Raised after a change, on the thread that made it. Handlers must be short and must not throw.</summary>
    public event Action? Changed;

    /// <summary>True for a master.</summary>
    public bool IsMaster => _state.IsMaster;

    /// <summary>Epoch of the role; 0 for static roles.</summary>
    public long Epoch => _state.Epoch;

    /// <summary>True when messages may be appended.</summary>
    public bool MayWrite => _state.MayWrite;

    /// <summary>Changes role and epoch.</summary>
    /// <param name="isMaster">True when this store is a master now.</param>
    /// <param name="epoch">The new epoch; not below the current one.</param>
    /// <param name="mayWrite">Whether messages may be appended; ignored unless master.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is older than the current one.</exception>
    public void Change(bool isMaster, long epoch, bool mayWrite)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, _state.Epoch);
        _state = new State(isMaster, epoch, isMaster && mayWrite);
        Changed?.Invoke();
    }

    private sealed record State(bool IsMaster, long Epoch, bool MayWrite);
}
