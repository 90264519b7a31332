using System.Globalization;

namespace Rocketeer.Broker.Statistics;

/// <summary>
/// Whose counter it is: a topic (or the cluster), a topic and a group, or a queue of those. A value, so that counting a known item
/// allocates nothing.
/// </summary>
/// <param name="Topic">Topic, or the name of the cluster.</param>
/// <param name="Group">Consumer group, or <see langword="null"/>.</param>
/// <param name="QueueId">Queue, or -1.</param>
internal readonly record struct StatsKey(string Topic, string? Group = null, int QueueId = -1)
{
    /// <summary>The original's text form: <c>topic</c>, <c>topic@group</c> or <c>queueId@topic@group</c>.</summary>
    public override string ToString() => (Group, QueueId) switch
    {
        (null, _) => Topic,
        (_, < 0) => $"{Topic}@{Group}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{QueueId}@{Topic}@{Group}"),
    };

    /// <summary>Reads the text form.</summary>
    public static StatsKey Parse(string text)
    {
        var parts = text.Split('@');
        return parts.Length switch
        {
            2 => new StatsKey(parts[0], parts[1]),
            3 when int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var queueId) =>
                new StatsKey(parts[1], parts[2], queueId),
            _ => new StatsKey(text),
        };
    }
}
