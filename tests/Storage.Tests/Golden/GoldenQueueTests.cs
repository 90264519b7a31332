using System.Security.Cryptography;
using System.Text.Json;
using Rocketeer.Protocol.Messages;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Golden;

/// <summary>The recorded stores, read through their queues and their index, and derived again from the log alone.</summary>
public sealed class GoldenQueueTests
{
    private static string GoldenDirectory => Path.Combine(AppContext.BaseDirectory, "golden");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_message_that_was_sent_comes_back_through_its_queue(bool fromSlave)
    {
        using var directory = Copy(fromSlave);
        await using var store = await OpenAsync(directory.Path);
        var checkedMessages = 0;
        foreach (var sent in Lines("sent.jsonl").Where(IsInStore))
        {
            var record = FindInQueue(store, sent);
            CheckMessage(sent, record);
            checkedMessages++;
        }

        Assert.Equal(884, checkedMessages); // all but 6 lines of another store and 5 half messages without a commit at once
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_message_is_found_by_its_keys_and_its_unique_key(bool fromSlave)
    {
        using var directory = Copy(fromSlave);
        await using var store = await OpenAsync(directory.Path);
        foreach (var sent in Lines("sent.jsonl").Where(IsInStore).Where(line => Text(line, "kind") is not "delay" and not "delay-pending"))
        {
            var properties = sent.GetProperty("properties");
            var unique = Text(properties, "UNIQ_KEY")!;
            foreach (var key in (Text(properties, "KEYS") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(unique))
            {
                var found = store.Query(Text(sent, "topic")!, key, 64, 0, long.MaxValue);
                Assert.Contains(found.Records, record => UniqueKey(record) == unique);
                Assert.Equal(1815201, found.IndexLastUpdateOffset);
            }
        }
    }

    [Fact]
    public async Task Queue_entries_are_those_of_the_independent_decode()
    {
        using var directory = Copy(fromSlave: false);
        await using var store = await OpenAsync(directory.Path);
        var entries = 0;
        foreach (var line in Lines("consumequeue.jsonl"))
        {
            var (topic, queueId) = (Text(line, "topic")!, line.GetProperty("queueId").GetInt32());
            var index = line.GetProperty("index").GetInt64();
            Assert.Equal(line.GetProperty("physicalOffset").GetInt64(), store.CommitOffset(topic, queueId, index));
            entries++;
        }

        Assert.Equal(931, entries);
    }

    [Theory]
    [InlineData("consumequeue", "index")]
    [InlineData("consumequeue")]
    [InlineData("index")]
    public async Task What_was_deleted_is_derived_again_from_the_log_byte_for_byte(params string[] deleted)
    {
        using var directory = Copy(fromSlave: false);
        foreach (var part in deleted)
        {
            Directory.Delete(directory[part], recursive: true);
        }

        await (await OpenAsync(directory.Path)).DisposeAsync();

        var recorded = Path.Combine(GoldenDirectory, "clean-master");
        foreach (var path in Directory.GetFiles(Path.Combine(recorded, "consumequeue"), "*", SearchOption.AllDirectories))
        {
            var rebuilt = directory[Path.GetRelativePath(recorded, path)];
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(rebuilt));
        }

        var recordedIndex = Directory.GetFiles(Path.Combine(recorded, "index")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
        var rebuiltIndex = Directory.GetFiles(directory["index"]).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
        Assert.Equal(recordedIndex, rebuiltIndex);
    }

    // Lines without an offset message id are one-way messages and half messages; v1 lines belong to another store.
    private static bool IsInStore(JsonElement sent) =>
        Text(sent, "kind") != "v1" && (Text(sent, "offsetMsgId") is not null || Text(sent, "kind") == "oneway" || IsCommitted(sent));

    private static bool IsCommitted(JsonElement sent) => Text(sent, "kind") == "tx" && Text(sent, "localState") == "COMMIT_MESSAGE";

    private static byte[] FindInQueue(MessageStore store, JsonElement sent)
    {
        var topic = Text(sent, "kind") is "delay" or "delay-pending" ? TopicNames.Schedule : Text(sent, "topic")!;
        var unique = Text(sent.GetProperty("properties"), "UNIQ_KEY");
        for (var queueId = 0; queueId < 18; queueId++)
        {
            for (var offset = 0L; offset < store.MaxOffset(topic, queueId);)
            {
                using var result = store.Get(topic, queueId, offset, 32, null)!;
                Assert.Equal(GetStatus.Found, result.Status);
                for (var i = 0; i < result.MessageCount; i++)
                {
                    if (UniqueKey(result[i]) == unique)
                    {
                        return result[i].ToArray();
                    }
                }

                offset = result.NextBeginOffset;
            }
        }

        throw new InvalidOperationException($"{sent} is not in the store.");
    }

    private static void CheckMessage(JsonElement sent, byte[] record)
    {
        var view = StoreFixture.View(record);
        var body = view.Body.ToArray();
        if ((view.SysFlag & MessageSysFlags.Compressed) != 0)
        {
            using var inflated = new MemoryStream();
            using var zlib = new System.IO.Compression.ZLibStream(new MemoryStream(body), System.IO.Compression.CompressionMode.Decompress);
            zlib.CopyTo(inflated);
            body = inflated.ToArray();
        }

        Assert.Equal(Text(sent, "bodySha256"), Convert.ToHexStringLower(SHA256.HashData(body)));
        Assert.Equal(sent.GetProperty("flag").GetInt32(), view.Flag);
        var stored = MessageProperties.Parse(view.Properties);
        foreach (var property in sent.GetProperty("properties").EnumerateObject())
        {
            var expected = property is { Name: "DELAY" } && property.Value.GetString() == "99" ? "18" : property.Value.GetString();
            Assert.Equal(expected, stored[property.Name]); // a level above the highest was capped
        }
    }

    private static string? UniqueKey(ReadOnlySpan<byte> record)
    {
        Assert.True(MessageRecordView.TryParse(record, out var view));
        return MessageProperties.Parse(view.Properties).GetValueOrDefault("UNIQ_KEY");
    }

    // As a slave: a master would deliver the recorded delayed messages, which are due by now.
    private static Task<MessageStore> OpenAsync(string root) =>
        StoreFixture.OpenAsync(StoreFixture.Options(root), role: new StoreRole(isMaster: false));

    private static TempDirectory Copy(bool fromSlave)
    {
        var directory = new TempDirectory().CopyFrom(StoreFixture.GoldenStore);
        if (fromSlave)
        {
            Directory.Delete(directory["index"], recursive: true);
            directory.CopyFrom(Path.Combine(GoldenDirectory, "clean-slave"));
        }

        return directory;
    }

    private static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadLines(Path.Combine(GoldenDirectory, file)).Where(line => line.Length > 0).Select(line => JsonElement.Parse(line));

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
