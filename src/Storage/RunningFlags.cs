namespace Rocketeer.Storage;

/// <summary>Reasons why a store may not be read or written (reference: store.md section 5.4). Thread-safe.</summary>
internal sealed class RunningFlags
{
    private const int NotWriteableMask =
        (int)(StoreFlag.NotWriteable | StoreFlag.QueueWriteError | StoreFlag.IndexWriteError | StoreFlag.DiskFull);

    private int _flags;

    /// <summary>All flags that are set.</summary>
    public StoreFlag Current => (StoreFlag)Volatile.Read(ref _flags);

    /// <summary>True when messages may be read.</summary>
    public bool IsReadable => (Current & StoreFlag.NotReadable) == 0;

    /// <summary>True when messages may be appended.</summary>
    public bool IsWriteable => (Volatile.Read(ref _flags) & NotWriteableMask) == 0;

    /// <summary>True when queue entries may be written: a full disk does not stop them, since they belong to messages that are stored.</summary>
    public bool MayWriteQueues => ((StoreFlag)(Volatile.Read(ref _flags) & NotWriteableMask) & ~StoreFlag.DiskFull) == 0;

    /// <summary>Sets a flag.</summary>
    /// <returns>True when it was not set before.</returns>
    public bool Set(StoreFlag flag) => (Interlocked.Or(ref _flags, (int)flag) & (int)flag) == 0;

    /// <summary>Clears a flag.</summary>
    /// <returns>True when it was set before.</returns>
    public bool Clear(StoreFlag flag) => (Interlocked.And(ref _flags, ~(int)flag) & (int)flag) != 0;
}

/// <summary>One reason; the values are the original's bits.</summary>
[Flags]
internal enum StoreFlag
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Reads return nothing.</summary>
    NotReadable = 1,

    /// <summary>Appends are refused.</summary>
    NotWriteable = 2,

    /// <summary>A consume queue could not be written; never cleared while running.</summary>
    QueueWriteError = 4,

    /// <summary>The index could not be written; never cleared while running.</summary>
    IndexWriteError = 8,

    /// <summary>The partition is nearly full.</summary>
    DiskFull = 16,
}
