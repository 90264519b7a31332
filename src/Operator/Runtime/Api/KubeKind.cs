using System.Collections.Concurrent;
using System.Reflection;
using k8s.Models;

namespace Rocketeer.Operator.Runtime.Api;

/// <summary>Where a type of the models or of ours lives in the API.</summary>
/// <param name="Group">The group; empty for the core.</param>
/// <param name="Version">The version.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Plural">The plural in URLs.</param>
internal sealed record KubeKind(string Group, string Version, string Kind, string Plural)
{
    private static readonly ConcurrentDictionary<Type, KubeKind> Known = new();

    /// <summary><c>group/version</c>, or the version alone for the core.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As people name it: <c>topics.rocketeer.dev</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The kind of a type.</summary>
    /// <exception cref="ArgumentException">The type is not marked as a kind.</exception>
    public static KubeKind Of(Type type) => Known.GetOrAdd(type, static type =>
        type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity
            ? new KubeKind(entity.Group ?? "", entity.ApiVersion, entity.Kind, entity.PluralName)
            : throw new ArgumentException($"{type} is not marked as a kind of Kubernetes.", nameof(type)));

    /// <summary>The path of a collection or an object.</summary>
    public string Path(string? @namespace, string? name = null, string? subresource = null)
    {
        var path = (Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}")
            + (string.IsNullOrEmpty(@namespace) ? "" : $"/namespaces/{Uri.EscapeDataString(@namespace)}")
            + $"/{Plural}";
        return path + (name is null ? "" : "/" + Uri.EscapeDataString(name)) + (subresource is null ? "" : "/" + subresource);
    }
}
