using System.Net;

namespace Rocketeer.Remoting.Client;

/// <summary>
/// Names that the file of hosts(5) form under the environment variable <see cref="Variable"/> knows: for development clusters on one machine,
/// whose processes have no DNS of their own. The file is read at each look-up, so that a name that moves is followed; without the variable
/// nothing is read. Thread-safe.
/// </summary>
internal static class HostsFile
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "ROCKETEER_HOSTS";

    /// <summary>The addresses of a host; empty when there is no file or it does not know the host, and then DNS is asked.</summary>
    public static IReadOnlyList<IPAddress> Find(string host) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? Find(host, path) : [];

    /// <summary>The addresses of a host in a file; lines that are not of the form are passed over.</summary>
    public static IReadOnlyList<IPAddress> Find(string host, string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // not there yet: as a name that is not known
        }

        var found = new List<IPAddress>();
        foreach (var line in lines)
        {
            var words = line.Split('#')[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Skip(1).Contains(host, StringComparer.OrdinalIgnoreCase) && IPAddress.TryParse(words[0], out var address) && !found.Contains(address))
            {
                found.Add(address);
            }
        }

        return found;
    }
}
