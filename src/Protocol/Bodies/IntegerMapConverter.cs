using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Rocketeer.Protocol.Bodies;

/// <summary>A map with integers for keys; fastjson writes them without quotes.</summary>
internal sealed class IntegerMapConverter<TKey, TValue>(bool unquotedKeys) : RawKeyMapConverter<TKey, TValue>
    where TKey : struct, IBinaryInteger<TKey>
{
    protected override TKey ParseKey(string text, JsonSerializerOptions options) =>
        TKey.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key)
            ? key
            : throw new JsonException("A key of the map is no number.");

    protected override void WriteKey(Utf8JsonWriter fragment, TKey key, JsonSerializerOptions options)
    {
        if (unquotedKeys)
        {
            fragment.WriteNumberValue(long.CreateChecked(key));
        }
        else
        {
            fragment.WriteStringValue(key.ToString(null, CultureInfo.InvariantCulture));
        }
    }
}
