namespace Rocketeer.Storage.Dispatch;

/// <summary>Something that is derived from the log, record by record. Dispatching a record again must change nothing.</summary>
internal interface IDispatchTarget
{
    /// <summary>Takes a record. Called in log order, on one thread at a time.</summary>
    /// <exception cref="IOException">The disk refused; dispatch stops before the record and is tried again from it at the next start.</exception>
    void Dispatch(in DispatchedRecord record);
}
