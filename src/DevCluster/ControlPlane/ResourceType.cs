using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>A kind that the API serves.</summary>
internal sealed record ResourceType
{
    /// <summary>The API group; empty for the core.</summary>
    public required string Group { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>The plural in URLs.</summary>
    public required string Plural { get; init; }

    /// <summary>The kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The singular that kubectl takes.</summary>
    public string Singular => Kind.ToLowerInvariant();

    /// <summary>True for objects that live in a namespace.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>Short names that kubectl takes.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Categories that kubectl takes, such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>True when <c>/status</c> is a resource of its own: writes elsewhere leave the status alone.</summary>
    public bool HasStatus { get; init; }

    /// <summary>The scale subresource, or <see langword="null"/>.</summary>
    public ScalePaths? Scale { get; init; }

    /// <summary>Columns of <c>kubectl get</c> after NAME; without any there is AGE.</summary>
    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>The structural schema of a custom resource; <see langword="null"/> for built-in kinds, which are kept as they come.</summary>
    public JsonObject? Schema { get; init; }

    /// <summary>True for kinds whose <c>metadata.generation</c> counts changes of the spec.</summary>
    public bool CountsGenerations => HasStatus;

    /// <summary><c>group/version</c>, or the version alone for the core.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As messages name it: <c>topics.rocketeer.dev</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

/// <summary>Where a scale subresource finds its numbers.</summary>
/// <param name="Spec">Path of the wanted number.</param>
/// <param name="Status">Path of the actual number.</param>
/// <param name="Selector">Path of the label selector as text; <see langword="null"/> for none.</param>
internal sealed record ScalePaths(string Spec, string Status, string? Selector);

/// <summary>A column of <c>kubectl get</c>.</summary>
/// <param name="Name">Its head.</param>
/// <param name="Type">integer, string, boolean or date.</param>
/// <param name="JsonPath">Where its value is.</param>
/// <param name="Priority">0 always, else with <c>-o wide</c>.</param>
/// <param name="Description">For people.</param>
internal sealed record PrinterColumn(string Name, string Type, string JsonPath, int Priority = 0, string Description = "")
{
    /// <summary>Makes the cell of a built-in kind, where no single field holds it; the path then is not looked at.</summary>
    public Func<JsonObject, JsonNode?>? Print { get; init; }
}
