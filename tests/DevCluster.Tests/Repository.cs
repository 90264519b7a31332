namespace Rocketeer.DevCluster.Tests;

/// <summary>Finds the files of this repository.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Rocketeer.slnx")))
            {
                return directory;
            }
        }

        throw new DirectoryNotFoundException($"No Rocketeer.slnx above {AppContext.BaseDirectory}.");
    }
}
