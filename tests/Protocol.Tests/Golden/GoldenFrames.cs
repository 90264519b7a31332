using System.Text.Json;

namespace Rocketeer.Protocol.Tests.Golden;

/// <summary>The recorded frames; golden/README.md tells where they come from.</summary>
internal static class GoldenFrames
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden");

    public static IEnumerable<Exchange> All() =>
        from kind in new[] { "json", "rocketmq", "acl" }
        from file in Directory.EnumerateFiles(Path.Combine(Folder, kind), "*.jsonl").Order(StringComparer.Ordinal)
        from line in File.ReadLines(file)
        select Parse($"{kind}/{Path.GetFileName(file)}", line);

    public static IEnumerable<JsonElement> Records() =>
        File.ReadLines(Path.Combine(Folder, "records.jsonl")).Select(line => JsonElement.Parse(line));

    public static byte[] ConfigFile(string name) => File.ReadAllBytes(Path.Combine(Folder, "config", name));

    private static Exchange Parse(string file, string line)
    {
        var json = JsonElement.Parse(line);
        var response = json.GetProperty("response").GetString();
        return new Exchange(file, Convert.FromHexString(json.GetProperty("request").GetString()!), response is null ? null : Convert.FromHexString(response));
    }

    /// <summary>One recorded request with its answer, whole frames with their length bytes.</summary>
    internal sealed record Exchange(string File, byte[] Request, byte[]? Response);
}
