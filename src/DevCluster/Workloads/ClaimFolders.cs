namespace Rocketeer.DevCluster.Workloads;

/// <summary>Where claims of volumes have their folders.</summary>
/// <param name="directory">The root of the cluster's files.</param>
internal sealed class ClaimFolders(string directory)
{
    private readonly string _root = Path.Combine(directory, "claims");

    /// <summary>The folder of a claim, by the name of its volume.</summary>
    public string Of(string volume) => Path.Combine(_root, volume);

    /// <summary>The volumes that have a folder.</summary>
    public IEnumerable<string> Volumes() =>
        Directory.Exists(_root) ? Directory.EnumerateDirectories(_root).Select(folder => Path.GetFileName(folder)) : [];
}
