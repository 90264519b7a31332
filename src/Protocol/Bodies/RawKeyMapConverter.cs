using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Rocketeer.Protocol.Bodies;

/// <summary>A map whose keys are not strings. The strict reader sees each key as a string that holds its text.</summary>
internal abstract class RawKeyMapConverter<TKey, TValue> : JsonConverter<Dictionary<TKey, TValue>>
    where TKey : notnull
{
    private static readonly JsonWriterOptions Fragment =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public override Dictionary<TKey, TValue> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A map is expected.");
        }

        var contract = (JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue));
        var map = new Dictionary<TKey, TValue>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (key == "$ref")
            {
                reader.Skip(); // a reference to a map elsewhere in the document reads as an empty one
            }
            else if (JsonSerializer.Deserialize(ref reader, contract) is { } value)
            {
                map[ParseKey(key, options)] = value;
            }
        }

        return map;
    }

    public override void Write(Utf8JsonWriter writer, Dictionary<TKey, TValue> value, JsonSerializerOptions options)
    {
        var contract = (JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue));
        var text = new ArrayBufferWriter<byte>();
        using var fragment = new Utf8JsonWriter(text, Fragment);
        text.Write("{"u8);
        var first = true;
        foreach (var (key, item) in value)
        {
            text.Write(first ? ""u8 : ","u8);
            first = false;
            WriteKey(fragment, key, options);
            fragment.Flush();
            text.Write(":"u8);
            fragment.Reset();
            JsonSerializer.Serialize(fragment, item, contract);
            fragment.Flush();
            fragment.Reset();
        }

        text.Write("}"u8);
        writer.WriteRawValue(text.WrittenSpan, skipInputValidation: true);
    }

    protected abstract TKey ParseKey(string text, JsonSerializerOptions options);

    protected abstract void WriteKey(Utf8JsonWriter fragment, TKey key, JsonSerializerOptions options);
}
