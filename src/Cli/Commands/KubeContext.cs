using System.ComponentModel;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace Rocketeer.Cli.Commands;

/// <summary>
/// Name servers of a cluster on Kubernetes: the operator writes them into the config map that applications read, and <c>kubectl</c>, which
/// knows contexts and accounts, reads it for us.
/// </summary>
internal sealed class KubeContext
{
    /// <summary>Key of the config map; applications have it as a variable.</summary>
    private const string Key = "ROCKETEER_NAMESRV";
    private const string Suffix = "-client";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Option<bool> _current = new("--kube") { Description = "Find the name servers through the current kube-context.", Recursive = true };
    private readonly Option<string> _context = new("--kube-context") { Description = "The same through this context.", HelpName = "name", Recursive = true };
    private readonly Option<string> _namespace = new("--kube-namespace") { Description = "Its namespace. Default: the context's.", HelpName = "name", Recursive = true };
    private readonly Option<string> _cluster = new("--kube-cluster")
    {
        Description = "The RocketCluster, if the namespace has several.",
        HelpName = "name",
        Recursive = true,
    };

    public IEnumerable<Option> Options => [_current, _context, _namespace, _cluster];

    /// <summary>The name servers; <see langword="null"/> if nobody asked for Kubernetes.</summary>
    /// <exception cref="CommandFailedException">kubectl failed, or there is no such cluster, or several.</exception>
    public string? FindNameServers(ParseResult parsed)
    {
        var (context, space, cluster) = (parsed.GetValue(_context), parsed.GetValue(_namespace), parsed.GetValue(_cluster));
        if (!parsed.GetValue(_current) && context is null && space is null && cluster is null)
        {
            return null;
        }

        List<string> arguments = ["get", "configmap", "--output", "json"];
        if (cluster is not null)
        {
            arguments.Insert(2, cluster + Suffix);
        }

        if (context is not null)
        {
            arguments.AddRange(["--context", context]);
        }

        if (space is not null)
        {
            arguments.AddRange(["--namespace", space]);
        }

        return Choose(Run(arguments));
    }

    private static string Choose(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var maps = document.RootElement.TryGetProperty("items", out var items) ? items.EnumerateArray().ToArray() : [document.RootElement];
            var found = maps.Select(map => (Name: NameOf(map), Servers: ServersOf(map))).Where(map => map.Servers is not null).ToArray();
            return found switch
            {
                [var only] => only.Servers!,
                [] => throw new CommandFailedException($"No config map there has {Key}; check context and namespace, and that the cluster is up."),
                _ => throw new CommandFailedException(
                    $"There are several clusters; choose one with --kube-cluster: {string.Join(", ", found.Select(map => map.Name))}."),
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CommandFailedException($"kubectl printed no config maps: {broken.Message}");
        }
    }

    private static string NameOf(JsonElement map)
    {
        var name = map.GetProperty("metadata").GetProperty("name").GetString() ?? "";
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    private static string? ServersOf(JsonElement map) =>
        map.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(Key, out var servers)
            ? servers.GetString()
            : null;

    private static string Run(List<string> arguments)
    {
        try
        {
            using var kubectl = Process.Start(new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = kubectl.StandardOutput.ReadToEndAsync();
            var error = kubectl.StandardError.ReadToEndAsync();
            if (!kubectl.WaitForExit(Patience))
            {
                kubectl.Kill(entireProcessTree: true);
                throw new CommandFailedException($"kubectl did not answer within {Patience.TotalSeconds} s; check the context.");
            }

            return kubectl.ExitCode == 0
                ? output.GetAwaiter().GetResult()
                : throw new CommandFailedException($"kubectl failed: {LastLineOf(error.GetAwaiter().GetResult())}");
        }
        catch (Win32Exception missing)
        {
            throw new CommandFailedException($"kubectl cannot be started, which finds the name servers through the kube-context: {missing.Message}");
        }
    }

    /// <summary>kubectl logs every attempt and says last what is wrong.</summary>
    private static string LastLineOf(string error) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("it said nothing.");
}
