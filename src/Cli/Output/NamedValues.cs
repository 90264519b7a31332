using System.Text.Json.Nodes;

namespace Rocketeer.Cli.Output;

/// <summary>Names that servers gave, and their values: names stay as they are in documents.</summary>
internal sealed class NamedValues(IEnumerable<KeyValuePair<string, string>> values) : IResult
{
    private readonly KeyValuePair<string, string>[] _values = [.. values.OrderBy(pair => pair.Key, StringComparer.Ordinal)];

    /// <summary>What people read instead of a table without rows.</summary>
    public required string WhenEmpty { get; init; }

    public void WriteTo(Terminal terminal)
    {
        var table = new TextTable("Name", "Value") { WhenEmpty = WhenEmpty };
        foreach (var (name, value) in _values)
        {
            table.Add(name, value);
        }

        table.WriteTo(terminal);
    }

    public JsonNode? ToJson() => new JsonObject(_values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, JsonValue.Create(pair.Value))));
}
