using System.Text.Json.Nodes;

namespace Rocketeer.Cli.Output;

/// <summary>One thing: a row per property for people, an object in documents.</summary>
internal sealed class Facts : IResult
{
    private readonly List<(string Name, object? Value)> _facts = [];

    /// <summary>What people read instead of the table; <see langword="null"/> for the table.</summary>
    public string? Sentence { get; init; }

    public Facts Add(string name, object? value)
    {
        _facts.Add((name, value));
        return this;
    }

    public void WriteTo(Terminal terminal)
    {
        if (Sentence is { } sentence)
        {
            terminal.Out.WriteLine(sentence);
            return;
        }

        var table = new TextTable("Field", "Value");
        foreach (var (name, value) in _facts)
        {
            table.Add(name, Field.Text(value));
        }

        table.WriteTo(terminal);
    }

    public JsonNode? ToJson() => new JsonObject(_facts.Select(fact => KeyValuePair.Create(Field.NameOf(fact.Name), Field.Json(fact.Value))));
}
