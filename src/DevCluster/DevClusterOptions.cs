namespace Rocketeer.DevCluster;

/// <summary>What the command line asked for.</summary>
internal sealed record DevClusterOptions
{
    public bool Once { get; init; }

    public int Messages { get; init; }

    public int BodyBytes { get; init; }

    public int Rate { get; init; }

    /// <summary>Where stores and logs go; <see langword="null"/> for <c>.dev</c> in the repository.</summary>
    public string? Directory { get; init; }

    /// <summary>The directory of this run. A single run gets one of its own, so that it can go beside a cluster that is up.</summary>
    public string ResolveDirectory() =>
        Directory ?? Path.Combine(RepositoryRoot(), ".dev", Once ? $"once-{Environment.ProcessId}" : "cluster");

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rocketeer.slnx")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
