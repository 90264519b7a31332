using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rocketeer.Cluster.Tests;
using Rocketeer.TestKit;

namespace Rocketeer.Cli.Tests;

/// <summary>On a copy of the original's store, rocketctl shows the figures that mqadmin showed of it.</summary>
public sealed partial class RecordedFiguresTests : IAsyncLifetime
{
    private readonly TempDirectory _store = new TempDirectory().CopyFrom(Path.Combine(AppContext.BaseDirectory, "golden", "clean-master"));
    private InProcessCluster? _cluster;

    public async ValueTask InitializeAsync() => _cluster = await InProcessCluster.StartAsync(options =>
    {
        options.BrokerClusterName = "DefaultCluster";
        options.TraceTopicEnable = true;
        options.Store.StorePathRootDir = _store.Path;
        options.Store.MapedFileSizeCommitLog = 1024 * 1024;
        options.Store.MapedFileSizeConsumeQueue = 6000;
        options.Store.MaxIndexNum = 1000;
    });

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _store.Dispose();
    }

    [Fact]
    public async Task Topics_queues_and_clusters_are_the_same()
    {
        var topics = (await RunAsync("topic", "list", "--json")).EnumerateArray().Select(topic => topic.GetString()!);
        Assert.Empty(Lines("topicList").Except(topics));

        var stats = (await RunAsync("topic", "stats", "GoldenA", "--json")).GetProperty("queues").EnumerateArray().Select(queue =>
            $"{Text(queue, "broker")} {Number(queue, "queue")} {Number(queue, "minOffset")} {Number(queue, "maxOffset")} {Time(queue, "lastStored", "yyyy-MM-dd HH:mm:ss,fff")}");
        Assert.Equal(Rows("topicStatus").Select(row => string.Join(' ', row)), stats);

        var route = Assert.Single((await RunAsync("topic", "route", "GoldenA", "--json")).GetProperty("brokers").EnumerateArray());
        Assert.Equal(("broker-a", "DefaultCluster", 4, 4, "RW-"), (Text(route, "broker"), Text(route, "cluster"), Number(route, "readQueues"), Number(route, "writeQueues"), Text(route, "permission")));
    }

    [Fact]
    public async Task Groups_are_as_far_as_they_were()
    {
        var lag = (await RunAsync("group", "lag", "GID_A", "--json")).GetProperty("queues").EnumerateArray().Select(queue => string.Join(
            ' ', Text(queue, "topic"), Text(queue, "broker"), Number(queue, "queue"), Number(queue, "brokerOffset"), Number(queue, "consumerOffset"), Number(queue, "lag")));
        Assert.Equal(
            Rows("consumerProgress-g").Where(row => row.Length >= 7).Select(row => $"{row[0]} {row[1]} {row[2]} {row[3]} {row[4]} {row[6]}").Order(StringComparer.Ordinal),
            lag.Order(StringComparer.Ordinal));

        var groups = (await RunAsync("group", "list", "--json")).EnumerateArray().ToDictionary(group => Text(group, "group"), group => group.GetProperty("lag"));
        foreach (var row in Rows("consumerProgress").Where(row => row[0].StartsWith("GID_", StringComparison.Ordinal)))
        {
            Assert.Equal((row[0], row[^1]), (row[0], groups[row[0]].GetRawText()));
        }

        var ofBroker = (await RunAsync("broker", "lag", _cluster!.BrokerAddress, "--json")).EnumerateArray().Select(queue => string.Join(
            ' ', Text(queue, "topic"), Text(queue, "group"), Number(queue, "queue"), Number(queue, "next"), Number(queue, "consumed"), Number(queue, "lag"),
            Time(queue, "lastConsumedWasStored", "yyyy-MM-dd HH:mm:ss")));
        var missing = Rows("brokerConsumeStats").Where(row => row.Length == 9)
            .Select(row => $"{row[0]} {row[1]} {row[3]} {row[4]} {row[5]} {row[6]} {row[7]} {row[8]}").Except(ofBroker);
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Activity_has_the_same_topics_groups_and_lags()
    {
        var ours = (await RunAsync("cluster", "activity", "--json")).EnumerateArray()
            .Select(row => $"{Text(row, "topic")} {row.GetProperty("group").GetString()} {(row.GetProperty("lag").ValueKind == JsonValueKind.Null ? 0 : Number(row, "lag"))}")
            .ToHashSet(StringComparer.Ordinal);
        var original = Rows("statsAll").Select(row => row[^1] == "NO_CONSUMER" ? $"{row[0]}  {row[1]}" : $"{row[0]} {row[1]} {row[2]}")

            // A group that mqadmin itself had made, and one of the original's transactions.
            .Where(row => !row.Contains("GID_A_Clone", StringComparison.Ordinal) && !row.Contains("CID_RMQ_SYS_TRANS", StringComparison.Ordinal));

        Assert.Empty(original.Except(ours));
    }

    [Fact]
    public async Task Messages_are_found_where_they_were()
    {
        var found = (await RunAsync("message", "query", "--topic", "GoldenA", "--key", "shared", "--json")).EnumerateArray()
            .Select(message => $"{Text(message, "messageId")} {Number(message, "queue")} {Number(message, "offset")}");
        Assert.Equal(Rows("queryMsgByKey").Select(row => string.Join(' ', row)).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        var viewed = await RunAsync("message", "view", "C000020203175FFD2B276FC608920000", "--topic", "GoldenA", "--json");
        var recorded = Lines("queryMsgByUniqueKey").Where(line => line.Contains(": ", StringComparison.Ordinal)).Select(line => line.Split(':', 2)).GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[1].Trim());
        Assert.Equal(recorded["Tags"], $"[{Text(viewed, "tag")}]");
        Assert.Equal(recorded["Keys"], $"[{Text(viewed, "keys")}]");
        Assert.Equal(recorded["Queue Offset"], Number(viewed, "offset").ToString(CultureInfo.InvariantCulture));
        Assert.Equal(recorded["Born Host"], Text(viewed, "bornHost"));
        Assert.Equal(recorded["Store Timestamp"], Time(viewed, "stored", "yyyy-MM-dd HH:mm:ss,fff"));
        Assert.Equal("中文-é-0", Text(viewed.GetProperty("properties"), "utf8"));

        var printed = (await Tool.RunAsync(["message", "print", "GoldenB", "--output", "json", "--namesrv", _cluster!.NameServers])).Succeeded().Lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(message => $"{Text(message, "messageId")} {Number(message, "queue")} {Number(message, "offset")} {Text(message, "body")}");
        var original = PrintedMessage().Matches(Recorded("printMsg")).Select(match => $"{match.Groups[1]} {match.Groups[2]} {match.Groups[3]} {match.Groups[4]}").ToArray();
        Assert.Equal(31, original.Length);
        Assert.Equal(original.Order(StringComparer.Ordinal), printed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Queues_are_shared_and_groups_moved_as_they_were()
    {
        var shares = JsonDocument.Parse(Lines("allocateMQ").Single(line => line.StartsWith('{'))).RootElement.GetProperty("result");
        var original = shares.EnumerateObject().SelectMany(share => share.Value.EnumerateArray().Select(queue => $"{share.Name} {Number(queue, "queueId")}"));
        var ours = (await RunAsync("topic", "allocate", "GoldenA", "10.0.0.1,10.0.0.2", "--json")).EnumerateArray().Select(share => $"{Text(share, "client")} {Number(share, "queue")}");
        Assert.Equal(original.Order(StringComparer.Ordinal), ours);

        var moved = (await RunAsync("offset", "reset", "GID_A", "--topic", "GoldenA", "--to", "0", "--json")).EnumerateArray()
            .Select(queue => $"{Text(queue, "broker")} {Number(queue, "queue")} {Number(queue, "offset")}");
        Assert.Equal(Rows("resetOffsetByTime").Where(row => row[0] == "broker-a").Select(row => $"{row[0]} {row[1]} {row[^1]}"), moved);
    }

    private async Task<JsonElement> RunAsync(params string[] args) =>
        (await Tool.RunAsync([.. args, "--namesrv", _cluster!.NameServers], cancellationToken: TestContext.Current.CancellationToken)).Succeeded().Json;

    private static string Recorded(string command) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "mqadmin", command + ".txt"));

    /// <summary>What the original printed, without the command line, headings, and the exit code.</summary>
    private static IEnumerable<string> Lines(string command) => Recorded(command).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line[0] is not ('$' or '#' or '['));

    /// <summary>The words of its lines, but for GoldenDelay: delayed messages of the store fall due while a broker has it open.</summary>
    private static IEnumerable<string[]> Rows(string command) => Lines(command)
        .Where(line => !line.Contains("Delay", StringComparison.Ordinal))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(row => row.Length > 2);


    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private static string Time(JsonElement row, string name, string format) =>
        row.GetProperty(name).ValueKind == JsonValueKind.Null ? "N/A" : row.GetProperty(name).GetDateTimeOffset().ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"MSGID: (\w+) MessageExt \[queueId=(\d+), storeSize=\d+, queueOffset=(\d+),.*? BODY: (.*)")]
    private static partial Regex PrintedMessage();
}
