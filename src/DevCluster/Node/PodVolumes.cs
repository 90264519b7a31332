using System.Text;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Node;

/// <summary>The volumes of a pod as folders: ConfigMaps, Secrets, emptyDir and claims.</summary>
internal sealed class PodVolumes(ResourceApi api, JsonObject pod, string directory)
{
    private readonly string _root = Path.Combine(directory, "pods", pod.Uid());
    private readonly ClaimFolders _claims = new(directory);

    /// <summary>Folder of each volume, by name.</summary>
    /// <exception cref="PodNotReadyException">What a volume needs is not there yet.</exception>
    public Dictionary<string, string> Folders()
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var volume in pod["spec"]!["volumes"] as JsonArray ?? [])
        {
            var name = volume!["name"]!.ToString();
            folders[name] = volume["persistentVolumeClaim"]?["claimName"]?.ToString() is { } claim ? ClaimFolder(claim) : Path.Combine(_root, name);
            Directory.CreateDirectory(folders[name]);
        }

        return folders;
    }

    /// <summary>Writes the files of ConfigMaps and Secrets as they are now; files that are as they should be are left alone.</summary>
    /// <exception cref="PodNotReadyException">One that is not optional is missing.</exception>
    public void Fill(IReadOnlyDictionary<string, string> folders, PodPaths paths)
    {
        foreach (var volume in pod["spec"]!["volumes"] as JsonArray ?? [])
        {
            var folder = folders[volume!["name"]!.ToString()];
            foreach (var part in volume["projected"]?["sources"] as JsonArray ?? [volume.DeepClone()])
            {
                FillFrom(part!["configMap"], BuiltInTypes.ConfigMaps, "name", folder, paths);
                FillFrom(part["secret"], BuiltInTypes.Secrets, part["secret"]?["secretName"] is null ? "name" : "secretName", folder, paths);
            }
        }
    }

    /// <summary>Removes the folders that go with the pod.</summary>
    public void Remove()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    private string ClaimFolder(string claim) =>
        api.Store.Find(BuiltInTypes.VolumeClaims, new ObjectKey(pod.Key().Namespace, claim)) is { } found
        && found["status"]?["phase"]?.ToString() == "Bound"
            ? _claims.Of(found["spec"]!["volumeName"]!.ToString())
            : throw new PodNotReadyException("ContainerCreating", $"the claim {claim} is not bound yet");

    private void FillFrom(JsonNode? source, ResourceType type, string nameField, string folder, PodPaths paths)
    {
        if (source is null)
        {
            return;
        }

        var name = source[nameField]!.ToString();
        if (api.Store.Find(type, new ObjectKey(pod.Key().Namespace, name)) is not { } found)
        {
            if (source["optional"]?.GetValue<bool>() != true)
            {
                throw new PodNotReadyException("ContainerCreating", $"the {type.Kind} {name}, which a volume shows, does not exist");
            }

            return;
        }

        var items = (source["items"] as JsonArray)?.ToDictionary(item => item!["key"]!.ToString(), item => item!["path"]!.ToString());
        foreach (var (key, content) in KeyedValues.Of(type, found))
        {
            if ((items is null ? key : items.GetValueOrDefault(key)) is { } path)
            {
                Write(Path.Combine(folder, path), type == BuiltInTypes.ConfigMaps ? Encoding.UTF8.GetBytes(paths.Here(Encoding.UTF8.GetString(content))) : content);
            }
        }
    }

    // In one step, so that a process never reads half of a file.
    private static void Write(string file, byte[] content)
    {
        if (File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(content))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file + ".new", content);
        File.Move(file + ".new", file, overwrite: true);
    }
}

/// <summary>A pod cannot be started now; it is tried again.</summary>
/// <param name="reason">As <c>kubectl get pods</c> shows it.</param>
/// <param name="message">What is missing.</param>
internal sealed class PodNotReadyException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
