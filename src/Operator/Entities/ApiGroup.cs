namespace Rocketeer.Operator.Entities;

/// <summary>Where our kinds live. The one place that says so.</summary>
internal static class ApiGroup
{
    /// <summary>The API group, and the prefix of our labels, annotations and finalizers.</summary>
    public const string Name = "rocketeer.dev";

    /// <summary>The version of it.</summary>
    public const string Version = "v1alpha1";

    /// <summary>The category that <c>kubectl get rocket</c> lists.</summary>
    public const string Category = "rocket";
}
