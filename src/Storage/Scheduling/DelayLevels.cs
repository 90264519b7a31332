using System.Globalization;

namespace Rocketeer.Storage.Scheduling;

/// <summary>The delay levels of a store (<c>messageDelayLevel</c>; store.md section 16.1). Levels count from 1. Immutable.</summary>
internal sealed class DelayLevels
{
    /// <summary>Delay of a level that is not configured, in milliseconds.</summary>
    private const long UnknownLevelDelay = 1000;

    private readonly long[] _delays;

    private DelayLevels(long[] delays) => _delays = delays;

    /// <summary>The highest level; 0 when there is none.</summary>
    public int Max => _delays.Length;

    /// <summary>Parses levels such as <c>1s 5s 2m 1h 1d</c>.</summary>
    /// <exception cref="StoreException">A piece is not a number followed by s, m, h or d.</exception>
    public static DelayLevels Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FindProblem(text) is { } problem
            ? throw new StoreException(problem)
            : new DelayLevels([.. Pieces(text).Select(piece => ParseDelay(piece)!.Value)]);
    }

    /// <summary>What is wrong with a text of levels, in one sentence; <see langword="null"/> when it parses.</summary>
    public static string? FindProblem(string text)
    {
        var pieces = Pieces(text);
        var bad = Array.FindIndex(pieces, piece => ParseDelay(piece) is null);
        return bad < 0
            ? null
            : $"messageDelayLevel has '{pieces[bad]}' as level {bad + 1}; write a number followed by s, m, h or d, such as 30s.";
    }

    /// <summary>Queue of the schedule topic in which messages of a level wait.</summary>
    public static int QueueIdOf(int level) => level - 1;

    /// <summary>The level itself, or the highest one when it is above.</summary>
    public int Cap(int level) => Math.Min(level, Max);

    /// <summary>Delay of a level in milliseconds.</summary>
    public long DelayOf(int level) => level > 0 && level <= Max ? _delays[level - 1] : UnknownLevelDelay;

    /// <summary>When a message is due, milliseconds since 1970.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="storeTimestamp">When it was stored, milliseconds since 1970.</param>
    public long DeliveryTime(int level, long storeTimestamp) => storeTimestamp + DelayOf(level);

    private static string[] Pieces(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long? ParseDelay(string piece)
    {
        long unit = piece[^1] switch
        {
            's' => 1000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            _ => 0,
        };
        return unit > 0 && int.TryParse(piece.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * unit
            : null;
    }
}
