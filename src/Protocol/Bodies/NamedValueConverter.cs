using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rocketeer.Protocol.Bodies;

/// <summary>An enumeration under the original's names. Reads them in any casing, or the ordinal; what nobody knows is the fallback.</summary>
/// <param name="names">The names in the order of the values, which count from 0.</param>
internal sealed class NamedValueConverter<T>(params string[] names) : JsonConverter<T>
    where T : struct, Enum
{
    private readonly T[] _values = [.. names.Select((_, ordinal) => (T)Enum.ToObject(typeof(T), ordinal))];

    public T Fallback { get; init; }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var index = reader.TokenType switch
        {
            JsonTokenType.String => IndexOf(reader.GetString()!),
            JsonTokenType.Number when reader.TryGetInt32(out var ordinal) => ordinal,
            _ => throw new JsonException($"The name of a {typeof(T).Name} is expected."),
        };
        return (uint)index < (uint)_values.Length ? _values[index] : Fallback;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var index = Array.IndexOf(_values, value);
        writer.WriteStringValue(names[index >= 0 ? index : Math.Max(0, Array.IndexOf(names, "OTHER"))]);
    }

    private int IndexOf(string name) => Array.FindIndex(names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
}
