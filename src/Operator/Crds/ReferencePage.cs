using System.Globalization;
using System.Text;
using System.Text.Json;
using k8s.Models;

namespace Rocketeer.Operator.Crds;

/// <summary>The page <c>docs/crds.md</c>: every field of our kinds, made from the same schemas as deploy/crds.</summary>
internal static class ReferencePage
{
    /// <summary>The page.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(
            "# Fields of RocketCluster, Topic and ConsumerGroup\n\n"
            + "Made from the types in [src/Operator/Entities](../src/Operator/Entities) with the files in [deploy/crds](../deploy/crds):\n"
            + "`dotnet run --project src/Operator -- crds`. Do not edit; a test compares. What the operator does with them today, and what\n"
            + "not yet, is told in [operator.md](operator.md).\n");
        foreach (var crd in CrdTranspiler.Kinds.Select(CrdTranspiler.Transpile))
        {
            Kind(page, crd);
        }

        return page.ToString();
    }

    private static void Kind(StringBuilder page, V1CustomResourceDefinition crd)
    {
        var version = crd.Spec.Versions[0];
        var root = version.Schema.OpenAPIV3Schema;
        page.Append(CultureInfo.InvariantCulture, $"\n## {crd.Spec.Names.Kind}\n\n{root.Description}\n\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"`{crd.Spec.Group}/{version.Name}`, `kubectl get {crd.Name()}`, short `{crd.Spec.Names.ShortNames[0]}`.\n");
        Table(page, "spec", root.Properties["spec"], withDefaults: true);
        Rules(page, root);
        Table(page, "status", root.Properties["status"], withDefaults: false);
    }

    private static void Table(StringBuilder page, string part, V1JSONSchemaProps schema, bool withDefaults)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### {part}\n\n");
        page.Append(withDefaults ? "| field | type | default | limits | meaning |\n|---|---|---|---|---|\n" : "| field | type | meaning |\n|---|---|---|\n");
        Rows(page, part, schema, withDefaults);
    }

    private static void Rows(StringBuilder page, string path, V1JSONSchemaProps schema, bool withDefaults)
    {
        foreach (var (name, field) in schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>())
        {
            var at = $"{path}.{name}";
            var required = schema.Required?.Contains(name) == true && withDefaults ? "required" : null;
            page.Append(CultureInfo.InvariantCulture, $"| `{at}` | {TypeOf(field)} |");
            if (withDefaults)
            {
                page.Append(CultureInfo.InvariantCulture, $" {required ?? Default(field)} | {Limits(field)} |");
            }

            page.Append(CultureInfo.InvariantCulture, $" {field.Description} |\n");
            Rows(page, at, field, withDefaults);
            if (field.Items is V1JSONSchemaProps item && item.XKubernetesPreserveUnknownFields != true)
            {
                Rows(page, at + "[]", item, withDefaults);
            }
        }
    }

    private static void Rules(StringBuilder page, V1JSONSchemaProps root)
    {
        var rules = RulesIn(root).ToList();
        if (rules.Count == 0)
        {
            return;
        }

        page.Append("\nRules that API servers with CEL (1.25 and later) hold, and the operator checks again:\n\n");
        foreach (var rule in rules)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {rule}\n");
        }
    }

    private static IEnumerable<string> RulesIn(V1JSONSchemaProps schema) =>
        (schema.XKubernetesValidations ?? []).Select(rule => rule.Message)
            .Concat((schema.Properties?.Values ?? []).SelectMany(RulesIn));

    private static string TypeOf(V1JSONSchemaProps field) =>
        field.XKubernetesIntOrString == true ? "quantity"
        : field.EnumProperty is { Count: > 0 } names ? string.Join(", ", names.Select(name => $"`{name}`"))
        : field.Type == "array" ? $"list of {(field.Items is V1JSONSchemaProps item ? TypeOf(item) : "objects")}"
        : field.AdditionalProperties is V1JSONSchemaProps value ? $"map of {TypeOf(value)}"
        : field.Format == "date-time" ? "time"
        : field.Type;

    private static string Default(V1JSONSchemaProps field) => field.DefaultProperty switch
    {
        null => "",
        string text => $"`{text}`",
        bool or int or long => $"`{JsonSerializer.Serialize(field.DefaultProperty)}`",
        _ => "",
    };

    private static string Limits(V1JSONSchemaProps field)
    {
        var limits = new List<string>();
        if (field.Minimum is not null || field.Maximum is not null)
        {
            limits.Add(string.Create(CultureInfo.InvariantCulture, $"{field.Minimum}..{field.Maximum}"));
        }

        if (field.MaxLength is { } length)
        {
            limits.Add(string.Create(CultureInfo.InvariantCulture, $"length {field.MinLength}..{length}"));
        }

        if (field.Pattern is { } pattern && field.XKubernetesIntOrString != true)
        {
            limits.Add($"`{pattern.Replace("|", "\\|", StringComparison.Ordinal)}`");
        }

        if ((field.MaxItems ?? field.MaxProperties) is { } count)
        {
            limits.Add(string.Create(CultureInfo.InvariantCulture, $"at most {count}"));
        }

        return string.Join(", ", limits);
    }
}
