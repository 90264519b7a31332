namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>What a URL below <c>/api</c> or <c>/apis</c> names.</summary>
/// <param name="Group">The API group; empty for the core.</param>
/// <param name="Version">The version.</param>
/// <param name="Namespace">The namespace; empty for all of them and for kinds without.</param>
/// <param name="Plural">The kind; empty for the group's own page.</param>
/// <param name="Name">The object; empty for the collection.</param>
/// <param name="Subresource">Such as <c>status</c>; empty for the object itself.</param>
internal sealed record ApiPath(string Group, string Version, string Namespace, string Plural, string Name, string Subresource)
{
    /// <summary>Parses a path; <see langword="null"/> when it is none of the API's.</summary>
    public static ApiPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return parts switch
        {
            ["api", var version, .. var rest] => Below("", version, rest),
            ["apis", var group, var version, .. var rest] => Below(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? Below(string group, string version, string[] rest) => rest switch
    {
        [] => new(group, version, "", "", "", ""),
        ["namespaces"] => new(group, version, "", "namespaces", "", ""),
        ["namespaces", var name] => new(group, version, "", "namespaces", name, ""),
        ["namespaces", var name, "status" or "finalize"] => new(group, version, "", "namespaces", name, rest[2]),
        ["namespaces", var @namespace, var plural] => new(group, version, @namespace, plural, "", ""),
        ["namespaces", var @namespace, var plural, var name] => new(group, version, @namespace, plural, name, ""),
        ["namespaces", var @namespace, var plural, var name, var subresource] => new(group, version, @namespace, plural, name, subresource),
        [var plural] => new(group, version, "", plural, "", ""),
        [var plural, var name] => new(group, version, "", plural, name, ""),
        [var plural, var name, var subresource] => new(group, version, "", plural, name, subresource),
        _ => null,
    };
}
