using System.Text.Json;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Broker.Tests.Golden;

/// <summary>One exchange between a client and a broker of the original.</summary>
/// <param name="Frame">The request, byte for byte.</param>
/// <param name="Response">What came back; <see langword="null"/> when nothing did.</param>
internal sealed record Recording(byte[] Frame, RemotingCommand? Response)
{
    public RemotingCommand Request { get; } = Parse(Frame);

    /// <summary>The recorded exchanges of a request code with a master.</summary>
    /// <param name="serialization">json or rocketmq.</param>
    /// <param name="name">Name of the request code.</param>
    public static IReadOnlyList<Recording> Load(string serialization, string name)
    {
        var recordings = new List<Recording>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", serialization, name + ".jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("link").GetString()!.StartsWith("master", StringComparison.Ordinal))
            {
                var response = json.RootElement.TryGetProperty("response", out var hex) ? hex.GetString() : null;
                recordings.Add(new Recording(
                    Convert.FromHexString(json.RootElement.GetProperty("request").GetString()!),
                    response is null ? null : Parse(Convert.FromHexString(response))));
            }
        }

        Assert.NotEmpty(recordings);
        return recordings;
    }

    private static RemotingCommand Parse(byte[] frame) => CommandView.Parse(frame.AsSpan(4)).ToCommand();
}
