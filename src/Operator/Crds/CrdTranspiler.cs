using System.Reflection;
using k8s.Models;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Entities;

namespace Rocketeer.Operator.Crds;

/// <summary>Makes the CustomResourceDefinitions from our kinds; deploy/crds holds what it makes, and a test compares (docs/operator.md).</summary>
internal static class CrdTranspiler
{
    /// <summary>Our kinds.</summary>
    public static IReadOnlyList<Type> Kinds { get; } = [typeof(RocketCluster), typeof(Topic), typeof(ConsumerGroup)];

    /// <summary>The definition of one kind.</summary>
    /// <param name="kind">A type with <see cref="KubernetesEntityAttribute"/>.</param>
    public static V1CustomResourceDefinition Transpile(Type kind)
    {
        var entity = kind.GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new ArgumentException($"{kind} is not marked as a kind of Kubernetes.", nameof(kind));
        return new V1CustomResourceDefinition
        {
            ApiVersion = "apiextensions.k8s.io/v1",
            Kind = V1CustomResourceDefinition.KubeKind,
            Metadata = new V1ObjectMeta { Name = $"{entity.PluralName}.{entity.Group}" },
            Spec = new V1CustomResourceDefinitionSpec
            {
                Group = entity.Group,
                Scope = "Namespaced",
                Names = new V1CustomResourceDefinitionNames
                {
                    Kind = entity.Kind,
                    ListKind = entity.Kind + "List",
                    Plural = entity.PluralName,
                    Singular = entity.Kind.ToLowerInvariant(),
                    ShortNames = kind.GetCustomAttribute<KubernetesEntityShortNamesAttribute>()?.ShortNames,
                    Categories = [ApiGroup.Category],
                },
                Versions = [VersionOf(kind, entity)],
            },
        };
    }

    private static V1CustomResourceDefinitionVersion VersionOf(Type kind, KubernetesEntityAttribute entity)
    {
        var scale = kind.GetCustomAttribute<ScaleSubresourceAttribute>();
        return new V1CustomResourceDefinitionVersion
        {
            Name = entity.ApiVersion,
            Served = true,
            Storage = true,
            Schema = new V1CustomResourceValidation { OpenAPIV3Schema = Root(kind) },
            Subresources = new V1CustomResourceSubresources
            {
                Status = new object(),
                Scale = scale is null ? null : new V1CustomResourceSubresourceScale
                {
                    SpecReplicasPath = scale.SpecPath,
                    StatusReplicasPath = scale.StatusPath,
                    LabelSelectorPath = scale.SelectorPath,
                },
            },
            AdditionalPrinterColumns =
            [
                .. kind.GetCustomAttributes<GenericAdditionalPrinterColumnAttribute>().Select(column => new V1CustomResourceColumnDefinition
                {
                    JsonPath = column.JsonPath,
                    Name = column.Name,
                    Type = column.Type,
                    Description = column.Description,
                    Priority = column.Priority == 0 ? null : column.Priority,
                }),
            ],
        };
    }

    private static V1JSONSchemaProps Root(Type kind)
    {
        var spec = new SchemaBuilder(withDefaults: true).Object(PartOf(kind, "Spec"));
        var rules = kind.GetCustomAttributes<ValidationRuleAttribute>()
            .Select(rule => new V1ValidationRule { Rule = rule.Rule, Message = rule.Message }).ToList();
        var needsSpec = spec.Required is { Count: > 0 };
        if (!needsSpec)
        {
            spec.DefaultProperty = new System.Text.Json.Nodes.JsonObject();
        }

        return new V1JSONSchemaProps
        {
            Type = "object",
            Description = kind.GetCustomAttribute<DescriptionAttribute>()?.Text,
            Required = needsSpec ? ["spec"] : null,
            XKubernetesValidations = rules.Count > 0 ? rules : null,
            Properties = new Dictionary<string, V1JSONSchemaProps>
            {
                ["apiVersion"] = new() { Type = "string" },
                ["kind"] = new() { Type = "string" },
                ["metadata"] = new() { Type = "object" },
                ["spec"] = spec,
                ["status"] = new SchemaBuilder(withDefaults: false).Object(PartOf(kind, "Status")),
            },
        };
    }

    private static Type PartOf(Type kind, string part) => kind.GetProperty(part)!.PropertyType;
}
