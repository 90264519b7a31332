using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Crds;

/// <summary>The files of <c>deploy/crds</c>.</summary>
internal static partial class CrdFiles
{
    private const string Origin =
        "# Made from the types in src/Operator/Entities: dotnet run --project src/Operator -- crds. Do not edit; a test compares.\n";

    /// <summary>File names and what is in them.</summary>
    public static IReadOnlyDictionary<string, string> All() =>
        CrdTranspiler.Kinds.Select(CrdTranspiler.Transpile).ToDictionary(crd => crd.Name() + ".yaml", Yaml, StringComparer.Ordinal);

    /// <summary>Writes the files.</summary>
    /// <param name="directory">Where to; made when it is missing.</param>
    public static void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (name, text) in All())
        {
            File.WriteAllText(Path.Combine(directory, name), text);
        }
    }

    // Limits are doubles to the model; people write 9, not 9.0.
    private static string Yaml(V1CustomResourceDefinition crd) =>
        Origin + WholeLimit().Replace(KubernetesYaml.Serialize(crd).ReplaceLineEndings("\n"), "$1").TrimEnd() + "\n";

    [GeneratedRegex(@"^( *(?:minimum|maximum): -?\d+)\.0$", RegexOptions.Multiline)]
    private static partial Regex WholeLimit();
}
