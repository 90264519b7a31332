using System.Globalization;

namespace Rocketeer.Cli.Output;

/// <summary>Values as they stand in tables: the same in every culture, a dash for what is not known.</summary>
internal static class Cell
{
    private const string Unknown = "-";

    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Rate(double? perSecond) => perSecond?.ToString("0.0", CultureInfo.InvariantCulture) ?? Unknown;

    public static string OrDash(long? number) => number is { } known ? Of(known) : Unknown;

    public static string Number(double number) => number.ToString("0.0##", CultureInfo.InvariantCulture);

    public static string Percent(double? part) => part is { } known ? (known * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%" : Unknown;

    public static string Text(string? text) => string.IsNullOrEmpty(text) ? Unknown : text;

    /// <summary>Time of a message, in UTC to the millisecond; 0 is what brokers say when they do not know.</summary>
    public static string Time(long millisecondsSince1970) =>
        millisecondsSince1970 > 0 ? Instant(millisecondsSince1970).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : Unknown;

    /// <summary>The same for JSON; <see langword="null"/> if not known.</summary>
    public static DateTimeOffset? TimeOrNull(long millisecondsSince1970) => millisecondsSince1970 > 0 ? Instant(millisecondsSince1970) : null;

    // A server may answer with any number; one outside the calendar must not end the command.
    private static DateTimeOffset Instant(long millisecondsSince1970) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Min(millisecondsSince1970, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
