using System.CommandLine;
using System.Globalization;

namespace Rocketeer.Cli.Commands;

/// <summary>Moments on the command line: ISO 8601, milliseconds since 1970, or mqadmin's <c>yyyy-MM-dd#HH:mm:ss:SSS</c>; UTC unless it says else.</summary>
internal static class Instant
{
    private const string OfMqAdmin = "yyyy-MM-dd'#'HH:mm:ss:fff";

    public static Option<DateTimeOffset?> Option(string name, string description) => new(name)
    {
        Description = $"{description} As 2026-11-22T16:54:00Z, or milliseconds since 1970.",
        HelpName = "time",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (TryParse(text, out var instant))
            {
                return instant;
            }

            result.AddError($"{name} '{text}' is no time; write it as 2026-11-22T16:54:00Z, or as milliseconds since 1970.");
            return null;
        },
    };

    private static bool TryParse(string text, out DateTimeOffset instant)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            instant = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            return true;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal;
        return DateTimeOffset.TryParseExact(text, OfMqAdmin, CultureInfo.InvariantCulture, Utc, out instant)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out instant);
    }
}
