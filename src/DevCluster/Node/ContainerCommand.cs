using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.Node;

/// <summary>What is run for a container on this machine.</summary>
/// <param name="container">The container.</param>
/// <param name="images">Entry points by the last part of an image's name.</param>
/// <param name="here">Turns a text of the container into one of this machine.</param>
internal sealed class ContainerCommand(JsonNode container, IReadOnlyDictionary<string, IReadOnlyList<string>> images, Func<string, string> here)
{
    /// <summary>The container's own command: <c>command</c>, else the image's entry point, then <c>args</c>.</summary>
    /// <exception cref="PodNotReadyException">Neither is known.</exception>
    public IReadOnlyList<string> Main()
    {
        var args = Texts(container["args"]);
        if (Texts(container["command"]).ToList() is { Count: > 0 } command)
        {
            return Of(command.Concat(args));
        }

        var image = ShortName(container["image"]?.ToString() ?? "");
        return images.TryGetValue(image, out var entryPoint)
            ? [.. entryPoint, .. args.Select(here)]
            : throw new PodNotReadyException(
                "ErrImagePull", $"the image '{image}' is not one that runs here ({string.Join(", ", images.Keys)}) and the container has no command");
    }

    /// <summary>A command whose first word may be the name of an image's program.</summary>
    public IReadOnlyList<string> Of(IEnumerable<string> words)
    {
        var list = words.Select(here).ToList();
        return list.Count > 0 && images.TryGetValue(list[0], out var entryPoint) ? [.. entryPoint, .. list.Skip(1)] : list;
    }

    // registry:5000/team/rocketeer-broker:1.2@sha256:… → rocketeer-broker
    private static string ShortName(string image) => image.Split('@')[0].Split('/')[^1].Split(':')[0];

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(item => item!.ToString());
}
