using System.Text.Json.Nodes;

namespace Rocketeer.Cli.Output;

/// <summary>Things of one kind: rows of a table, a list in documents. The columns say how both look.</summary>
internal sealed class Listing<T>(IEnumerable<T> things) : IResult
{
    private readonly IReadOnlyList<T> _things = [.. things];
    private readonly List<(string Heading, Func<T, object?> Value)> _columns = [];

    /// <summary>What people read instead of a table without rows.</summary>
    public required string WhenEmpty { get; init; }

    /// <summary>A line below the table.</summary>
    public string? Summary { get; init; }

    public Listing<T> Column(string heading, Func<T, object?> value)
    {
        _columns.Add((heading, value));
        return this;
    }

    public void WriteTo(Terminal terminal)
    {
        var table = new TextTable([.. _columns.Select(column => column.Heading)]) { WhenEmpty = WhenEmpty, Summary = Summary };
        foreach (var thing in _things)
        {
            table.Add([.. _columns.Select(column => Field.Text(column.Value(thing)))]);
        }

        table.WriteTo(terminal);
    }

    public JsonNode? ToJson() => new JsonArray([.. _things.Select(ToJson)]);

    private JsonObject ToJson(T thing) =>
        new(_columns.Select(column => KeyValuePair.Create(Field.NameOf(column.Heading), Field.Json(column.Value(thing)))));
}
