using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Rocketeer.Architecture.Tests;

/// <summary>The checkout as the tests see it: found from the place of this file, so that it works from any working directory.</summary>
internal static class RepositoryTree
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "artifacts", ".dev", ".git", "TestResults", "golden"];

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    /// <summary>Files below a folder that are written by hand, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, string extension) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(Generated.Contains))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>What a project of <c>src</c> refers to: names of its projects and packages.</summary>
    public static (HashSet<string> Projects, HashSet<string> Packages) ReferencesOf(string project)
    {
        var file = XDocument.Load(Path.Combine(Root, "src", project, $"Rocketeer.{project}.csproj"));
        var projects = file.Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)["Rocketeer.".Length..]);
        var packages = file.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!);
        return (projects.ToHashSet(StringComparer.Ordinal), packages.ToHashSet(StringComparer.Ordinal));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
