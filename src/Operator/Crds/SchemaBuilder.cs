using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Crds;

/// <summary>Makes the structural schema of one part of a kind (<c>spec</c> or <c>status</c>) from its C# type.</summary>
/// <param name="withDefaults">
/// True for a spec: what a new instance holds is the default, objects included, so that rules never meet an absent parent. False for a
/// status, which nobody but the operator fills.
/// </param>
internal sealed class SchemaBuilder(bool withDefaults)
{
    /// <summary>Pattern by which the API server knows a quantity.</summary>
    private const string QuantityPattern = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    /// <summary>The schema of an object type.</summary>
    public V1JSONSchemaProps Object(Type type)
    {
        var schema = new V1JSONSchemaProps
        {
            Type = "object",
            Description = type.GetCustomAttribute<DescriptionAttribute>()?.Text,
            Properties = new Dictionary<string, V1JSONSchemaProps>(),
            XKubernetesValidations = Rules(type.GetCustomAttributes<ValidationRuleAttribute>()),
        };
        var required = new List<string>();
        var instance = withDefaults ? Activator.CreateInstance(type) : null;
        foreach (var property in Properties(type))
        {
            var name = NameOf(property);
            var isRequired = property.IsDefined(typeof(RequiredAttribute));
            schema.Properties[name] = Property(property, isRequired ? null : instance);
            if (isRequired)
            {
                required.Add(name);
            }
        }

        schema.Required = required.Count > 0 ? required : null;
        return schema;
    }

    /// <summary>The properties that travel, in the order they are written in.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always });

    /// <summary>Name of a property in JSON.</summary>
    public static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private V1JSONSchemaProps Property(PropertyInfo property, object? instance)
    {
        var preserve = property.IsDefined(typeof(PreserveUnknownFieldsAttribute));
        var items = property.GetCustomAttribute<ItemsAttribute>();
        var schema = OfType(property.PropertyType, preserve, items);
        schema.Description = property.GetCustomAttribute<DescriptionAttribute>()?.Text ?? schema.Description;
        schema.Pattern = property.GetCustomAttribute<PatternAttribute>()?.Expression ?? schema.Pattern;
        if (property.GetCustomAttribute<LengthAttribute>() is { } length)
        {
            schema.MinLength = length.Minimum;
            schema.MaxLength = length.Maximum;
        }

        schema.Minimum = property.GetCustomAttribute<RangeMinimumAttribute>()?.Minimum;
        schema.Maximum = property.GetCustomAttribute<RangeMaximumAttribute>()?.Maximum;
        schema.MaxProperties = property.GetCustomAttribute<PropertyLimitsAttribute>()?.Maximum;
        schema.XKubernetesValidations = Concat(schema.XKubernetesValidations, Rules(property.GetCustomAttributes<ValidationRuleAttribute>()));
        if (instance is not null)
        {
            schema.DefaultProperty = DefaultOf(property.GetValue(instance));
        }

        return schema;
    }

    private V1JSONSchemaProps OfType(Type declared, bool preserve, ItemsAttribute? items)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsEnum)
        {
            return new V1JSONSchemaProps { Type = "string", EnumProperty = [.. Enum.GetNames(type)] };
        }

        if (Scalar(type) is { } scalar)
        {
            return scalar;
        }

        if (ElementOf(type, typeof(IDictionary<,>)) is { } value)
        {
            return new V1JSONSchemaProps { Type = "object", AdditionalProperties = OfType(value, preserve: false, items: null) };
        }

        if (ElementOf(type, typeof(IList<>)) is { } element)
        {
            return ListOf(element, preserve, items ?? throw new InvalidOperationException($"A list of {element} has no [Items] limit."));
        }

        return preserve ? new V1JSONSchemaProps { Type = "object", XKubernetesPreserveUnknownFields = true }
            : type == typeof(V1ResourceRequirements) ? Resources()
            : Object(type);
    }

    private static V1JSONSchemaProps? Scalar(Type type) =>
        type == typeof(string) ? new V1JSONSchemaProps { Type = "string" }
        : type == typeof(bool) ? new V1JSONSchemaProps { Type = "boolean" }
        : type == typeof(int) ? new V1JSONSchemaProps { Type = "integer", Format = "int32" }
        : type == typeof(long) ? new V1JSONSchemaProps { Type = "integer", Format = "int64" }
        : type == typeof(DateTime) ? new V1JSONSchemaProps { Type = "string", Format = "date-time" }
        : type == typeof(ResourceQuantity) ? new V1JSONSchemaProps
        {
            XKubernetesIntOrString = true,
            AnyOf = [new V1JSONSchemaProps { Type = "integer" }, new V1JSONSchemaProps { Type = "string" }],
            Pattern = QuantityPattern,
        }
        : null;

    private V1JSONSchemaProps ListOf(Type element, bool preserve, ItemsAttribute items)
    {
        var item = OfType(element, preserve, items: null);
        item.Pattern = items.Pattern ?? item.Pattern;
        if (items.MapKeys.Length > 0)
        {
            // The API server wants the keys of a list map to be known and to be there.
            item.Properties ??= new Dictionary<string, V1JSONSchemaProps>();
            foreach (var key in items.MapKeys)
            {
                item.Properties.TryAdd(key, new V1JSONSchemaProps { Type = "string" });
            }

            item.Required = [.. (item.Required ?? []).Union(items.MapKeys)];
        }

        return new V1JSONSchemaProps
        {
            Type = "array",
            Items = item,
            MaxItems = items.Maximum,
            XKubernetesListType = items.MapKeys.Length > 0 ? "map" : items.Set ? "set" : "atomic",
            XKubernetesListMapKeys = items.MapKeys.Length > 0 ? items.MapKeys : null,
        };
    }

    private static V1JSONSchemaProps Resources()
    {
        var amounts = new V1JSONSchemaProps { Type = "object", AdditionalProperties = Scalar(typeof(ResourceQuantity)), MaxProperties = 16 };
        return new V1JSONSchemaProps
        {
            Type = "object",
            Properties = new Dictionary<string, V1JSONSchemaProps> { ["limits"] = amounts, ["requests"] = amounts },
        };
    }

    // An object's default is {}: its own fields have theirs.
    private static object? DefaultOf(object? value) => value switch
    {
        null => null,
        string or bool or int or long => value,
        Enum name => name.ToString(),
        ResourceQuantity quantity => quantity.ToString(),
        IEnumerable => null,
        _ => new JsonObject(),
    };

    private static Type? ElementOf(Type type, Type collection) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == collection ? type.GetGenericArguments()[^1] : null;

    private static List<V1ValidationRule>? Rules(IEnumerable<ValidationRuleAttribute> attributes)
    {
        var rules = attributes.Select(rule => new V1ValidationRule { Rule = rule.Rule, Message = rule.Message }).ToList();
        return rules.Count > 0 ? rules : null;
    }

    private static IList<V1ValidationRule>? Concat(IList<V1ValidationRule>? first, List<V1ValidationRule>? second) =>
        first is null ? second : second is null ? first : [.. first, .. second];
}
