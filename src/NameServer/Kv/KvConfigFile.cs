using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Table = System.Collections.Immutable.ImmutableSortedDictionary<string, System.Collections.Immutable.ImmutableSortedDictionary<string, string>>;

namespace Rocketeer.NameServer.Kv;

/// <summary>The bytes of kvConfig.json: <c>{"configTable":{"NAMESPACE":{"key":"value"}}}</c>, compact, UTF-8.</summary>
internal static class KvConfigFile
{
    /// <summary>A namespace without entries; names are ordered by their characters, so that equal tables are equal files.</summary>
    public static readonly ImmutableSortedDictionary<string, string> EmptyNamespace =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>No namespaces.</summary>
    public static readonly Table EmptyTable =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal);

    // Characters beyond ASCII stay readable, as fastjson leaves them.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Format(Table table)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WriterOptions);
        json.WriteStartObject();
        json.WriteStartObject("configTable"u8);
        foreach (var (space, entries) in table)
        {
            json.WriteStartObject(space);
            foreach (var (key, value) in entries)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidDataException">They are, but not a table of tables of texts.</exception>
    public static Table Parse(byte[] content)
    {
        using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowTrailingCommas = true });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("it is no JSON object");
        }

        var table = EmptyTable.ToBuilder();
        if (document.RootElement.TryGetProperty("configTable", out var spaces) && spaces.ValueKind != JsonValueKind.Null)
        {
            foreach (var space in ObjectOf(spaces, "configTable"))
            {
                var entries = EmptyNamespace.ToBuilder();
                foreach (var entry in ObjectOf(space.Value, space.Name))
                {
                    entries[entry.Name] = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : entry.Value.GetRawText();
                }

                table[space.Name] = entries.ToImmutable();
            }
        }

        return table.ToImmutable();
    }

    private static JsonElement.ObjectEnumerator ObjectOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw new InvalidDataException($"'{name}' is no JSON object");
}
