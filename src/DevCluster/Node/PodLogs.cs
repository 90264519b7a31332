using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.ControlPlane.Http;

namespace Rocketeer.DevCluster.Node;

/// <summary>Serves <c>kubectl logs</c> from the files of containers.</summary>
/// <param name="api">For pods and their containers.</param>
/// <param name="directory">The root of the cluster's files.</param>
/// <param name="clock">Measures the pauses of following.</param>
internal sealed class PodLogs(ResourceApi api, string directory, TimeProvider clock) : IPodLogs
{
    private const int TailBlock = 64 * 1024;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>The file of a container.</summary>
    public static string FileOf(string directory, ObjectKey pod, string container) =>
        Path.Combine(directory, "logs", pod.Namespace, pod.Name, container + ".log");

    /// <inheritdoc/>
    public async Task CopyAsync(
        ObjectKey pod, string? container, int? tailLines, bool follow, bool previous, Stream target, CancellationToken cancellationToken)
    {
        var known = api.Get(BuiltInTypes.Pods, pod)["spec"]!["containers"]!.AsArray().Select(item => item!["name"]!.ToString()).ToList();
        var name = string.IsNullOrEmpty(container) ? known[0] : container;
        if (!known.Contains(name))
        {
            throw ApiException.BadRequest($"container {name} is not valid for pod {pod.Name}");
        }

        var path = FileOf(directory, pod, name);
        path = previous ? LogFile.PreviousOf(path) : path;
        if (previous && !File.Exists(path))
        {
            throw ApiException.BadRequest($"previous terminated container \"{name}\" in pod \"{pod.Name}\" not found");
        }

        var position = await CopyFromAsync(path, tailLines is { } lines ? StartOfTail(path, lines) : 0, target, cancellationToken);
        while (follow && !previous && api.Store.Find(BuiltInTypes.Pods, pod) is not null)
        {
            await Task.Delay(LookAgain, clock, cancellationToken);
            if (File.Exists(path) && new FileInfo(path).Length < position)
            {
                position = 0; // begun anew
            }

            position = await CopyFromAsync(path, position, target, cancellationToken);
        }
    }

    private static async Task<long> CopyFromAsync(string path, long position, Stream target, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return position;
        }

        await using var file = Open(path);
        file.Position = position;
        await file.CopyToAsync(target, cancellationToken);
        await target.FlushAsync(cancellationToken);
        return file.Position;
    }

    // Blocks from the end until there are enough ends of lines.
    private static long StartOfTail(string path, int lines)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = Open(path);
        var block = new byte[TailBlock];
        var end = Math.Max(0, file.Length - 1); // the end of the last line does not count
        while (end > 0 && lines > 0)
        {
            var length = (int)Math.Min(TailBlock, end);
            file.Position = end - length;
            file.ReadExactly(block, 0, length);
            for (var i = length - 1; i >= 0; i--)
            {
                if (block[i] == '\n' && --lines == 0)
                {
                    return end - length + i + 1;
                }
            }

            end -= length;
        }

        return lines > 0 ? 0 : file.Length;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
