using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rocketeer.DevCluster.ControlPlane.Schemas;

/// <summary>Checks a custom resource against its schema: types, enums, limits, patterns, required fields, list keys.</summary>
internal static class SchemaValidation
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Adds what is wrong with a value.</summary>
    public static void Validate(JsonNode? value, JsonObject schema, string path, ICollection<FieldError> errors)
    {
        if (value is null || !HasType(value, schema, path, errors))
        {
            return;
        }

        if (schema["enum"] is JsonArray names && !names.Any(name => JsonNode.DeepEquals(name, value)))
        {
            var supported = string.Join(", ", names.Select(name => name?.ToJsonString()));
            errors.Add(new FieldError(path, "FieldValueNotSupported", $"Unsupported value: {value.ToJsonString()}: supported values: {supported}"));
        }

        switch (value)
        {
            case JsonObject @object:
                ValidateObject(@object, schema, path, errors);
                break;
            case JsonArray array:
                ValidateArray(array, schema, path, errors);
                break;
            default:
                ValidateScalar(value, schema, path, errors);
                break;
        }
    }

    private static bool HasType(JsonNode value, JsonObject schema, string path, ICollection<FieldError> errors)
    {
        var kind = value.GetValueKind();
        var wanted = schema["type"]?.ToString();
        var fits = schema["x-kubernetes-int-or-string"]?.GetValue<bool>() == true
            ? kind is JsonValueKind.String or JsonValueKind.Number
            : wanted switch
            {
                "object" => kind == JsonValueKind.Object,
                "array" => kind == JsonValueKind.Array,
                "string" => kind == JsonValueKind.String,
                "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
                "number" => kind == JsonValueKind.Number,
                "integer" => kind == JsonValueKind.Number && IsWhole(value),
                _ => true,
            };
        if (!fits)
        {
            errors.Add(new FieldError(
                path,
                "FieldValueTypeInvalid",
                $"Invalid value: \"{kind.ToString().ToLowerInvariant()}\": {path} in body must be of type {wanted}: \"{kind.ToString().ToLowerInvariant()}\""));
        }

        return fits;
    }

    private static void ValidateObject(JsonObject value, JsonObject schema, string path, ICollection<FieldError> errors)
    {
        foreach (var name in schema["required"] as JsonArray ?? [])
        {
            if (value[name!.ToString()] is null)
            {
                errors.Add(new FieldError(StructuralSchema.Join(path, name.ToString()), "FieldValueRequired", "Required value"));
            }
        }

        if (Limit(schema, "maxProperties") is { } most && value.Count > most)
        {
            errors.Add(Invalid(path, $"must have at most {most} items", value.Count.ToString(CultureInfo.InvariantCulture)));
        }

        foreach (var (name, child) in value)
        {
            if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is JsonObject childSchema)
            {
                Validate(child, childSchema, StructuralSchema.Join(path, name), errors);
            }
        }
    }

    private static void ValidateArray(JsonArray value, JsonObject schema, string path, ICollection<FieldError> errors)
    {
        if (Limit(schema, "maxItems") is { } most && value.Count > most)
        {
            errors.Add(Invalid(path, $"must have at most {most} items", value.Count.ToString(CultureInfo.InvariantCulture)));
        }

        var keys = (schema["x-kubernetes-list-map-keys"] as JsonArray)?.Select(key => key!.ToString()).ToArray();
        var isSet = schema["x-kubernetes-list-type"]?.ToString() == "set";
        var seen = new HashSet<string>();
        for (var i = 0; i < value.Count; i++)
        {
            var identity = isSet ? value[i]?.ToJsonString()
                : keys is null ? null
                : string.Join('\n', keys.Select(key => value[i]?[key]?.ToJsonString()));
            if (identity is not null && !seen.Add(identity))
            {
                errors.Add(new FieldError($"{path}[{i}]", "FieldValueDuplicate", $"Duplicate value: {value[i]?.ToJsonString()}"));
            }

            if (schema["items"] is JsonObject items)
            {
                Validate(value[i], items, $"{path}[{i}]", errors);
            }
        }
    }

    private static void ValidateScalar(JsonNode value, JsonObject schema, string path, ICollection<FieldError> errors)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = value.GetValue<JsonElement>().GetDouble();
            if (schema["minimum"] is { } minimum && number < minimum.GetValue<JsonElement>().GetDouble())
            {
                errors.Add(Invalid(path, $"should be greater than or equal to {minimum}", value.ToJsonString()));
            }

            if (schema["maximum"] is { } maximum && number > maximum.GetValue<JsonElement>().GetDouble())
            {
                errors.Add(Invalid(path, $"should be less than or equal to {maximum}", value.ToJsonString()));
            }
        }
        else if (value.GetValueKind() == JsonValueKind.String)
        {
            ValidateText(value.ToString(), schema, path, errors);
        }
    }

    private static void ValidateText(string text, JsonObject schema, string path, ICollection<FieldError> errors)
    {
        if (Limit(schema, "minLength") is { } least && text.Length < least)
        {
            errors.Add(Invalid(path, $"should be at least {least} chars long", $"\"{text}\""));
        }

        if (Limit(schema, "maxLength") is { } most && text.Length > most)
        {
            errors.Add(Invalid(path, $"may not be longer than {most}", $"\"{text[..(int)Math.Min(text.Length, 64)]}\""));
        }

        if (schema["pattern"]?.ToString() is { } pattern
            && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternTimeout))
        {
            errors.Add(Invalid(path, $"should match '{pattern}'", $"\"{text}\""));
        }

        if (schema["format"]?.ToString() == "date-time"
            && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            errors.Add(Invalid(path, "must be of type date-time", $"\"{text}\""));
        }
    }

    private static FieldError Invalid(string path, string what, string value) =>
        new(path, "FieldValueInvalid", $"Invalid value: {value}: {path} in body {what}");

    private static long? Limit(JsonObject schema, string name) => schema[name] is { } limit ? (long)limit.GetValue<JsonElement>().GetDouble() : null;

    private static bool IsWhole(JsonNode value) => value.GetValue<JsonElement>().TryGetInt64(out _) || double.IsInteger(value.GetValue<JsonElement>().GetDouble());
}
