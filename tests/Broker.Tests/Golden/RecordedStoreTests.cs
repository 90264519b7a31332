using System.Security.Cryptography;
using System.Text.Json;
using Rocketeer.Broker.Tests.Pulling;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Golden;

/// <summary>A broker on the original's store hands out over the wire what the original took in.</summary>
public sealed class RecordedStoreTests
{
    private const string UniqueKey = "UNIQ_KEY";

    /// <summary>A level that does not exist; the broker stores the highest that does.</summary>
    private const string CappedDelay = "99";

    [Fact]
    public async Task Every_recorded_message_is_viewed_by_its_id()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var viewed = 0;
        foreach (var sent in Sent().Where(line => Text(line, "kind") != "v1" && Text(line, "offsetMsgId") is not null))
        {
            var messages = new List<MessageExt>();
            foreach (var text in Text(sent, "offsetMsgId")!.Split(','))
            {
                Assert.True(OffsetMessageId.TryParse(text, out var id));
                var answer = await broker.AskAsync(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = id.PhysicalOffset });
                Assert.True(answer.ResponseCode == ResponseCode.Success, $"{sent}: {answer.Remark}");
                messages.Add(Sends.Decode(answer.Body));
            }

            Check(sent, messages.Single(message => message.Property(UniqueKey) == Text(sent.GetProperty("properties"), UniqueKey)));
            viewed++;
        }

        Assert.Equal(879, viewed);
    }

    [Fact]
    public async Task Every_recorded_message_is_pulled_from_its_queue()
    {
        await using var broker = await TestBroker.StartAsync(options => options.TraceTopicEnable = true, golden: true);
        var pulled = new Dictionary<(string Topic, string UniqueKey), MessageExt>();
        var topics = Sent().Select(line => Text(line, "topic")!).Distinct().Where(topic => broker.Context.Topics.Find(topic) is not null).ToList();
        foreach (var topic in topics)
        {
            for (var queueId = 0; queueId < broker.Context.Topics.Find(topic)!.ReadQueueNums; queueId++)
            {
                await PullAllAsync(broker, topic, queueId, pulled);
            }
        }

        // Delayed messages that were not due lie in the schedule topic, a deleted topic has no settings any more.
        var expected = Sent().Where(line => Text(line, "kind") is not ("v1" or "delay-pending" or "delete" or "tx-open") && Delay(line) != CappedDelay
            && (Text(line, "kind") != "tx" || Text(line, "localState") == "COMMIT_MESSAGE")).ToList();
        Assert.All(expected, sent => Check(sent, pulled[(Text(sent, "topic")!, Text(sent.GetProperty("properties"), UniqueKey)!)]));
        Assert.True(expected.Count > 870);
    }

    private static async Task PullAllAsync(
        TestBroker broker, string topic, int queueId, Dictionary<(string Topic, string UniqueKey), MessageExt> pulled)
    {
        var offset = 0L;
        while (true)
        {
            var answer = await broker.PullAsync(Pulls.Header(offset, queueId, topic));
            if (answer.ResponseCode != ResponseCode.Success)
            {
                Assert.Equal(ResponseCode.PullNotFound, answer.ResponseCode);
                return;
            }

            var messages = answer.Messages();
            Assert.Equal(Enumerable.Range((int)offset, messages.Count).Select(i => (long)i), messages.Select(message => message.QueueOffset));
            foreach (var message in messages)
            {
                pulled[(topic, message.Property(UniqueKey)!)] = message;
            }

            offset = answer.ReadHeader<PullMessageResponseHeader>().NextBeginOffset!.Value;
        }
    }

    private static void Check(JsonElement sent, MessageExt message)
    {
        Assert.Equal(Text(sent, "bodySha256"), Convert.ToHexStringLower(SHA256.HashData(message.Body.Span)));
        Assert.Equal(sent.GetProperty("flag").GetInt32(), message.Flag);
        foreach (var property in sent.GetProperty("properties").EnumerateObject())
        {
            var isCapped = property.Name == "DELAY" && property.Value.GetString() == CappedDelay;
            Assert.Equal(isCapped ? "18" : property.Value.GetString(), message.Property(property.Name));
        }
    }

    private static string? Delay(JsonElement sent) => Text(sent.GetProperty("properties"), "DELAY");

    private static IEnumerable<JsonElement> Sent() => File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "sent.jsonl"))
        .Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
