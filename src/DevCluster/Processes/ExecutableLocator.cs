namespace Rocketeer.DevCluster.Processes;

/// <summary>
/// Finds the servers' executables: beside this one when everything was published into one folder, else in the build output of their own
/// projects, which the build of this project made (same configuration, same framework).
/// </summary>
internal static class ExecutableLocator
{
    /// <summary>Full path of <c>Rocketeer.{project}.dll</c>.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Find(string project)
    {
        var file = $"Rocketeer.{project}.dll";
        var here = AppContext.BaseDirectory;
        var published = Path.Combine(here, file);
        var built = here.Replace(
            $"{Path.DirectorySeparatorChar}DevCluster{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}{project}{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal) + file;
        if (File.Exists(built))
        {
            return built;
        }

        return File.Exists(published)
            ? published
            : throw new FileNotFoundException($"The {project} executable was not found at {built}; run 'dotnet build' first.", built);
    }
}
