using System.Globalization;
using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>The form in which <c>kubectl get</c> asks for objects: a table with the kind's columns.</summary>
internal static class Tables
{
    private static readonly PrinterColumn[] AgeAlone = [new("Age", "date", ".metadata.creationTimestamp")];

    /// <summary>True when the client accepts a table.</summary>
    public static bool IsWanted(string? accept) => accept?.Contains("as=Table", StringComparison.Ordinal) == true;

    /// <summary>A table of objects.</summary>
    public static JsonObject Of(ResourceType type, IEnumerable<JsonObject> items, string version, DateTimeOffset now, bool withHeads = true)
    {
        var columns = type.Columns.Count > 0 ? type.Columns : AgeAlone;
        var table = new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = version },
            ["columnDefinitions"] = withHeads ? Heads(columns) : new JsonArray(),
            ["rows"] = new JsonArray([.. items.Select(item => (JsonNode)Row(columns, item, now))]),
        };
        return table;
    }

    private static JsonArray Heads(IReadOnlyList<PrinterColumn> columns) =>
        new([Head(new PrinterColumn("Name", "string", ""), "name"), .. columns.Select(column => Head(column, ""))]);

    private static JsonObject Head(PrinterColumn column, string format) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type == "date" ? "string" : column.Type,
        ["format"] = format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonObject Row(IReadOnlyList<PrinterColumn> columns, JsonObject item, DateTimeOffset now)
    {
        var cells = new JsonArray(item["metadata"]!["name"]!.DeepClone());
        foreach (var column in columns)
        {
            var value = column.Print is { } print ? print(item) : JsonPaths.Find(item, column.JsonPath);
            cells.Add(column.Type == "date" ? Age(value?.ToString(), now) : value?.DeepClone());
        }

        return new JsonObject
        {
            ["cells"] = cells,
            ["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = item["metadata"]!.DeepClone(),
            },
        };
    }

    private static string Age(string? time, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then))
        {
            return "<unknown>";
        }

        var age = now - then;
        return age.TotalSeconds < 120 ? $"{(int)Math.Max(age.TotalSeconds, 0)}s"
            : age.TotalMinutes < 120 ? $"{(int)age.TotalMinutes}m"
            : age.TotalHours < 48 ? $"{(int)age.TotalHours}h"
            : $"{(int)age.TotalDays}d";
    }
}
