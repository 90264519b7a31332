using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rocketeer.Cli.Bench;
using Rocketeer.Cli.Commands;

namespace Rocketeer.Cli.Output;

/// <summary>The JSON of <c>--output json</c>: camel case, times in ISO 8601, text as it is.</summary>
[JsonSerializable(typeof(IReadOnlyList<BrokerView>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(RouteView))]
[JsonSerializable(typeof(TopicStatsView))]
[JsonSerializable(typeof(IReadOnlyList<GroupView>))]
[JsonSerializable(typeof(GroupLagView))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(IReadOnlyList<MessageView>))]
[JsonSerializable(typeof(SentView))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(IReadOnlyList<RoleView>))]
[JsonSerializable(typeof(string))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    /// <summary>Indented, for one document.</summary>
    public static OutputJson Pretty { get; } = new(Written(indented: true));

    /// <summary>One line per value, for streams.</summary>
    public static OutputJson Line { get; } = new(Written(indented: false));

    private static JsonSerializerOptions Written(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
