namespace Rocketeer.Cli.Bench;

/// <summary>How long a benchmark runs.</summary>
/// <param name="WarmUp">Runs so long before anything counts.</param>
/// <param name="Duration">Measures so long, unless <paramref name="Messages"/> ends it.</param>
/// <param name="Messages">Measures so many messages, however long it takes; <see langword="null"/> to go by time.</param>
internal sealed record LoadPlan(TimeSpan WarmUp, TimeSpan Duration, long? Messages);
