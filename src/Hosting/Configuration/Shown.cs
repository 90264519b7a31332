namespace Rocketeer.Hosting.Configuration;

/// <summary>Text from outside, made fit for one line of a message.</summary>
internal static class Shown
{
    private const int MaxLength = 80;

    /// <summary>The text without control characters, cut where it would drown the message.</summary>
    public static string Short(string text)
    {
        var cut = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c)) : cut;
    }
}
