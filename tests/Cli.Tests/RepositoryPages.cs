namespace Rocketeer.Cli.Tests;

/// <summary>Files of the repository that these tests compare with the tool.</summary>
internal static class RepositoryPages
{
    /// <summary>The text of a file; its path begins at the root of the repository.</summary>
    public static string Read(string path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Rocketeer.slnx")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        return File.ReadAllText(Path.Combine(root.FullName, path));
    }
}
