namespace Rocketeer.Operator.Abstractions;

/// <summary>What one pass over an entity came to. The shape is KubeOps's (ADR 0003).</summary>
/// <typeparam name="TEntity">Kind of the entity.</typeparam>
internal sealed record ReconciliationResult<TEntity>
{
    private ReconciliationResult(TEntity entity, bool isSuccess, string? errorMessage, Exception? error, TimeSpan? requeueAfter)
    {
        Entity = entity;
        IsSuccess = isSuccess;
        ErrorMessage = errorMessage;
        Error = error;
        RequeueAfter = requeueAfter;
    }

    /// <summary>The entity as the pass left it.</summary>
    public TEntity Entity { get; }

    /// <summary>False when the pass could not do what it had to; the engine then backs off.</summary>
    public bool IsSuccess { get; }

    /// <summary>One sentence; <see langword="null"/> after a success.</summary>
    public string? ErrorMessage { get; }

    /// <summary>What was thrown, if anything was.</summary>
    public Exception? Error { get; }

    /// <summary>When to look again; <see langword="null"/> after a success means when something changes, after a failure the back-off.</summary>
    public TimeSpan? RequeueAfter { get; }

    /// <summary>The pass is done.</summary>
    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity, isSuccess: true, null, null, requeueAfter);

    /// <summary>The pass failed.</summary>
    public static ReconciliationResult<TEntity> Failure(
        TEntity entity, string message, Exception? error = null, TimeSpan? requeueAfter = null) =>
        new(entity, isSuccess: false, message, error, requeueAfter);
}
