using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Doubles as fastjson writes them: always with a fraction, and null for what is no number.</summary>
internal sealed class FractionConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.String ? reader.GetDouble()
        : double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new JsonException("A number is expected.");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (!double.IsFinite(value))
        {
            writer.WriteNullValue();
            return;
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "E", StringComparison.Ordinal);
        if (!text.Contains('.', StringComparison.Ordinal))
        {
            var exponent = text.IndexOf('E', StringComparison.Ordinal);
            text = text.Insert(exponent < 0 ? text.Length : exponent, ".0");
        }

        writer.WriteRawValue(text);
    }
}
