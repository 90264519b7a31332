using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rocketeer.DevCluster.Node;

/// <summary>
/// Where a container's mounts are on this machine. A process sees the real file system, so that a path below a <c>mountPath</c> is replaced by
/// the path of the volume's folder wherever the container is told one: in its command, arguments, environment, probes and in the files of
/// its ConfigMaps. Paths that a program has built in are not seen: tell them by an argument, a variable or a file.
/// </summary>
internal sealed class PodPaths
{
    private readonly List<(Regex Path, string Folder)> _mounts = [];

    /// <summary>Takes the mounts of a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="volumes">Folder of each volume.</param>
    public PodPaths(JsonNode container, IReadOnlyDictionary<string, string> volumes)
    {
        foreach (var mount in (container["volumeMounts"] as JsonArray ?? [])
            .OrderByDescending(mount => mount!["mountPath"]!.ToString().Length))
        {
            if (volumes.TryGetValue(mount!["name"]!.ToString(), out var folder))
            {
                var path = mount["mountPath"]!.ToString().TrimEnd('/');
                var target = mount["subPath"]?.ToString() is { Length: > 0 } part ? Path.Combine(folder, part) : folder;
                _mounts.Add((new Regex($@"(?<![\w./-]){Regex.Escape(path)}(?![\w.-])", RegexOptions.CultureInvariant), target));
            }
        }
    }

    /// <summary>A text with paths of this machine.</summary>
    public string Here(string text)
    {
        foreach (var (path, folder) in _mounts)
        {
            text = path.Replace(text, _ => folder);
        }

        return text;
    }
}
