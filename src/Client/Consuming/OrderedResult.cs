namespace Rocketeer.Client.Consuming;

/// <summary>
/// What an ordered handler says about the messages of its call. Until it says that they are done, nothing behind them in their queue is
/// delivered; other queues go on.
/// </summary>
public readonly record struct OrderedResult
{
    private OrderedResult(OrderedOutcome outcome, TimeSpan? pause = null)
    {
        Outcome = outcome;
        Pause = pause;
    }

    /// <summary>Done, and with it everything of the queue that was <see cref="SuccessWithoutCommit"/> before.</summary>
    public static OrderedResult Success => new(OrderedOutcome.Success);

    /// <summary>
    /// Done, but the group's offset stays where it is until a later <see cref="Success"/>: a <see cref="Rollback"/>, a restart or another
    /// member begins there again. What is not committed stays in memory, and counts for the limits of the queue.
    /// </summary>
    public static OrderedResult SuccessWithoutCommit => new(OrderedOutcome.SuccessWithoutCommit);

    /// <summary>
    /// Not now: the same messages again after <see cref="PushConsumerOptions.SuspendTime"/>, as often as
    /// <see cref="PushConsumerOptions.MaxReconsumeTimes"/> says, which is for ever by default. Throwing means the same.
    /// </summary>
    public static OrderedResult Suspend => new(OrderedOutcome.Suspend);

    /// <summary>Everything of the queue since the last <see cref="Success"/> again, after <see cref="PushConsumerOptions.SuspendTime"/>.</summary>
    public static OrderedResult Rollback => new(OrderedOutcome.Rollback);

    /// <summary>As <see cref="Suspend"/>, with a pause of its own.</summary>
    /// <param name="pause">10 ms to 30 s; what is outside is taken for the nearer end.</param>
    public static OrderedResult SuspendFor(TimeSpan pause) => new(OrderedOutcome.Suspend, pause);

    /// <summary>As <see cref="Rollback"/>, with a pause of its own.</summary>
    /// <param name="pause">10 ms to 30 s; what is outside is taken for the nearer end.</param>
    public static OrderedResult RollbackFor(TimeSpan pause) => new(OrderedOutcome.Rollback, pause);

    internal OrderedOutcome Outcome { get; }

    internal TimeSpan? Pause { get; }
}

/// <summary>The kinds of <see cref="OrderedResult"/>; the first is what an unset result means.</summary>
internal enum OrderedOutcome
{
    Suspend,
    Success,
    SuccessWithoutCommit,
    Rollback,
}
