namespace Rocketeer.Client.Consuming;

/// <summary>How far a running consumer is, and what of it stands still.</summary>
/// <param name="Queues">Queues held.</param>
/// <param name="Waiting">Messages in memory that are not consumed.</param>
/// <param name="Lag">Messages behind, as far as the last pulls know.</param>
/// <param name="Stalled">A sentence for each queue that does not move; at most a few.</param>
internal sealed record ConsumerProgress(int Queues, int Waiting, long Lag, IReadOnlyList<string> Stalled)
{
    /// <summary>The original's time after which a queue that is not pulled is suspicious (reference: namesrv-and-client.md section E3).</summary>
    internal static readonly TimeSpan PullExpiry = TimeSpan.FromMinutes(2);

    private const int MostSentences = 3;

    /// <summary>Looks at every queue held.</summary>
    public static ConsumerProgress Of(ConsumerContext context, ConsumptionEngine engine)
    {
        var stalled = new List<string>();
        var (queues, waiting) = (0, 0);
        foreach (var window in engine.Rebalancer.Windows)
        {
            var state = window.State;
            var cached = state.Count + state.TakenCount;
            queues++;
            waiting += cached;
            if (stalled.Count < MostSentences && FaultOf(context, window, cached) is { } fault)
            {
                stalled.Add(fault);
            }
        }

        return new ConsumerProgress(queues, waiting, engine.LagByTopic().Values.Sum(), stalled);
    }

    private static string? FaultOf(ConsumerContext context, ProcessQueue window, int cached)
    {
        // Pulls go on while there is room, so a queue whose first message waits is noticed when its window is full.
        var idle = context.NowMs - (window.LastConsumeMs == 0 ? window.LastPullMs : window.LastConsumeMs);
        if (cached > 0 && idle > context.Options.ConsumeTimeout.TotalMilliseconds)
        {
            return $"{cached} messages of {window.Queue} wait, and no handler took one for {idle / 1000} s.";
        }

        var unanswered = context.Clock.GetElapsedTime(window.UnansweredSince);
        return !context.IsPausedFor(window.Queue) && window.WhenRoomAsync().IsCompleted && unanswered > PullExpiry
            ? $"{window.Queue} had no answer to a pull for {unanswered.TotalSeconds:0} s."
            : null;
    }
}
