using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.NameServer.Tests;

/// <summary>Plays recorded requests, byte for byte, and compares what the answers mean (golden/README.md).</summary>
public sealed partial class GoldenConversationTests
{
    [Theory]
    [InlineData("json")]
    [InlineData("rocketmq")]
    public async Task A_recorded_conversation_gets_the_recorded_answers(string serialization)
    {
        await using var server = await RunningNameServer.StartAsync(options => File.WriteAllText(
            options.KvConfigPath, """{"configTable":{"ORDER_TOPIC_CONFIG":{"GoldenOrder":"broker-a:2"}}}"""));
        var peers = new Dictionary<int, RawPeer>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", serialization + ".jsonl")))
        {
            var exchange = JsonSerializer.Deserialize<Exchange>(line, JsonSerializerOptions.Web)!;
            if (!peers.TryGetValue(exchange.Connection, out var peer))
            {
                peers[exchange.Connection] = peer = await server.ConnectAsync();
            }

            await peer.SendAsync(Convert.FromHexString(exchange.Request));
            if (exchange.Response is null)
            {
                // The next question on this connection is served after the one-way request.
                await peer.InvokeAsync(RequestCode.GetBrokerClusterInfo);
                continue;
            }

            AssertSameMeaning(exchange, CommandView.Parse(Convert.FromHexString(exchange.Response).AsSpan(4)).ToCommand(), await peer.ReceiveAsync());
        }

        foreach (var peer in peers.Values)
        {
            peer.Dispose();
        }
    }

    private static void AssertSameMeaning(Exchange exchange, RemotingCommand recorded, RemotingCommand answer)
    {
        Assert.True(recorded.Code == answer.Code, $"{exchange.Name}: recorded {recorded.Code}, answered {answer.Code} {answer.Remark}");
        Assert.Equal(recorded.Opaque, answer.Opaque);
        Assert.Equal(recorded.Flags, answer.Flags);
        Assert.Equal(recorded.SerializeType, answer.SerializeType);
        Assert.Equal(Fields(recorded), Fields(answer));
        if (exchange.Name is "GET_ALL_TOPIC_LIST_FROM_NAMESERVER" or "GET_TOPICS_BY_CLUSTER")
        {
            // Not every registration of the recorded run is part of the sample.
            var topics = Names(answer);
            Assert.True(topics.Count > 20);
            Assert.Subset(Names(recorded), topics);
            return;
        }

        Assert.True(JsonNode.DeepEquals(Body(recorded), Body(answer)), $"{exchange.Name}: recorded {Text(recorded)}, answered {Text(answer)}");
    }

    private static Dictionary<string, string> Fields(RemotingCommand command) => new(command.ExtFields ?? new Dictionary<string, string>());

    private static HashSet<string> Names(RemotingCommand command) => Body(command)!["topicList"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();

    private static string Text(RemotingCommand command) => Encoding.UTF8.GetString(command.Body.Span);

    private static JsonNode? Body(RemotingCommand command) =>
        command.Body.IsEmpty ? null : JsonNode.Parse(UnquotedIntegerKey().Replace(Text(command), "$1\"$2\":"));

    [GeneratedRegex(@"([{,])(\d+):")]
    private static partial Regex UnquotedIntegerKey();

    private sealed record Exchange(int Connection, string Name, string Request, string? Response);
}
