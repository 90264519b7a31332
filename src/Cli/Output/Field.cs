using System.Text;
using System.Text.Json.Nodes;

namespace Rocketeer.Cli.Output;

/// <summary>Values of results: how they look in a table, and what they are in a document.</summary>
internal static class Field
{
    /// <summary>The name in documents of what has a heading for people: <c>Read queues</c> is <c>readQueues</c>.</summary>
    public static string NameOf(string heading)
    {
        var name = new StringBuilder(heading.Length);
        foreach (var word in heading.Split([' ', '-', '/'], StringSplitOptions.RemoveEmptyEntries))
        {
            name.Append(name.Length == 0 ? char.ToLowerInvariant(word[0]) : char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        }

        return name.ToString();
    }

    public static string Text(object? value) => value switch
    {
        null => Cell.Text(null),
        string text => Cell.Text(text),
        bool yes => yes ? "yes" : "no",
        int number => Cell.Of(number),
        long number => Cell.Of(number),
        double number => Cell.Number(number),
        DateTimeOffset time => Cell.Time(time.ToUnixTimeMilliseconds()),
        IEnumerable<string> texts => Cell.Text(string.Join(", ", texts)),
        Enum word => word.ToString(),
        _ => throw new ArgumentException($"{value.GetType().Name} has no form in tables."),
    };

    public static JsonNode? Json(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool yes => JsonValue.Create(yes),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        DateTimeOffset time => JsonValue.Create(time),
        IEnumerable<string> texts => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
        Enum word => JsonValue.Create(word.ToString()),
        _ => throw new ArgumentException($"{value.GetType().Name} has no form in documents."),
    };
}
