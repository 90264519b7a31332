using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Rocketeer.Interop.Tests;

/// <summary>One Node.js process that runs ali-ons and obeys commands; its events arrive in order.</summary>
internal sealed class ForeignClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _node;
    private readonly Channel<JsonObject> _messages = Channel.CreateUnbounded<JsonObject>();
    private readonly Channel<JsonObject> _answers = Channel.CreateUnbounded<JsonObject>();

    private ForeignClient(Process node)
    {
        _node = node;
        _ = ReadEventsAsync();
    }

    /// <summary>Starts a process.</summary>
    /// <param name="nameServers">Name servers.</param>
    /// <param name="keys">Access key and secret key with which it signs; <see langword="null"/> for neither.</param>
    public static async Task<ForeignClient> StartAsync(string nameServers, (string Access, string Secret)? keys = null)
    {
        var start = new ProcessStartInfo("node", $"client.js {nameServers} {keys?.Access} {keys?.Secret}")
        {
            WorkingDirectory = await NodeRuntime.FolderAsync(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ForeignClient(Process.Start(start)!);
    }

    /// <summary>Creates a topic through the foreign client's own request 17.</summary>
    public Task CreateTopicAsync(string broker, string topic, int queues = 4) =>
        DoAsync(new JsonObject { ["do"] = "createTopic", ["broker"] = broker, ["topic"] = topic, ["queues"] = queues });

    /// <summary>Sends messages one after another and returns what the client made of each answer.</summary>
    public async Task<JsonArray> SendAsync(string topic, params ForeignMessage[] messages)
    {
        var answer = await DoAsync(new JsonObject
        {
            ["do"] = "send",
            ["group"] = "PID_foreign",
            ["topic"] = topic,
            ["messages"] = JsonSerializer.SerializeToNode(messages, JsonSerializerOptions.Web),
        });
        return answer["results"]!.AsArray();
    }

    /// <summary>Starts a consumer; its messages are read with <see cref="NextMessageAsync"/>.</summary>
    public Task ConsumeAsync(string group, string topic, string expression = "*", string? failFirst = null, bool broadcast = false, string? sql = null) =>
        DoAsync(new JsonObject
        {
            ["do"] = "consume", ["group"] = group, ["topic"] = topic, ["expression"] = expression, ["failFirst"] = failFirst, ["broadcast"] = broadcast,
            ["sql"] = sql,
        });

    /// <summary>The next message that a consumer of this process was given.</summary>
    public async Task<JsonObject> NextMessageAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _messages.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Reads messages until so many different bodies were seen.</summary>
    public async Task<List<JsonObject>> MessagesAsync(int count)
    {
        var messages = new List<JsonObject>();
        while (messages.Select(message => (string)message["body"]!).Distinct().Count() < count)
        {
            messages.Add(await NextMessageAsync());
        }

        return messages;
    }

    /// <summary>Messages that arrived and were not read yet.</summary>
    public IEnumerable<JsonObject> Pending()
    {
        while (_messages.Reader.TryRead(out var message))
        {
            yield return message;
        }
    }

    /// <summary>Closes its producers and consumers in order, as an application that ends does.</summary>
    public Task CloseAsync() => DoAsync(new JsonObject { ["do"] = "close" });

    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _node.WaitForExitAsync(patience.Token);
        _node.Dispose();
    }

    private async Task<JsonObject> DoAsync(JsonObject command)
    {
        await _node.StandardInput.WriteLineAsync(command.ToJsonString());
        await _node.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(Patience);
        var answer = await _answers.Reader.ReadAsync(patience.Token);
        Assert.True((string?)answer["event"] == "done", $"ali-ons failed: {answer.ToJsonString()}");
        return answer;
    }

    private async Task ReadEventsAsync()
    {
        while (await _node.StandardOutput.ReadLineAsync() is { } line)
        {
            var read = JsonNode.Parse(line)!.AsObject();
            await ((string?)read["event"] == "message" ? _messages : _answers).Writer.WriteAsync(read);
        }

        _messages.Writer.TryComplete();
        _answers.Writer.TryComplete();
    }
}

/// <summary>What the foreign client is asked to send.</summary>
internal sealed record ForeignMessage(string Body, string? Tag = null, string[]? Keys = null, int DelayLevel = 0, Dictionary<string, string>? Properties = null);
