using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Querying;

public sealed class QueryMessageTests
{
    private const string Topic = "TestTopic";

    [Fact]
    public async Task Messages_are_found_by_each_of_their_keys_and_by_their_unique_key()
    {
        await using var broker = await TestBroker.StartAsync();
        Put(broker, "first", "k1 shared", "ID1");
        Put(broker, "second", "k2 shared", "ID2");
        await FoundAsync(broker, "k2", 1);

        Assert.Equal(["first"], await QueryAsync(broker, Header("k1")));
        Assert.Equal(["second"], await QueryAsync(broker, Header("k2")));
        Assert.Equal(["first", "second"], await QueryAsync(broker, Header("shared")));
        Assert.Equal(["second"], await QueryAsync(broker, Header("ID2") with { UniqueKeyQuery = true }));
        Assert.Equal(["first"], await QueryAsync(broker, Header("ID1")));
    }

    [Fact]
    public async Task A_query_finds_only_what_was_stored_in_its_time()
    {
        await using var broker = await TestBroker.StartAsync();
        var at = Put(broker, "it", "key", "ID").StoreTimestamp;
        await FoundAsync(broker, "key", 1);

        Assert.Equal(["it"], await QueryAsync(broker, Header("key") with { BeginTimestamp = at - 1000, EndTimestamp = at + 1000 }));
        Assert.Empty(await QueryAsync(broker, Header("key") with { BeginTimestamp = at + 60_000 }));
        Assert.Empty(await QueryAsync(broker, Header("key") with { EndTimestamp = at - 60_000 }));
        Assert.Empty(await QueryAsync(broker, Header("key") with { BeginTimestamp = long.MaxValue, EndTimestamp = long.MinValue }));
    }

    [Fact]
    public async Task Nothing_found_is_an_answer_of_its_own()
    {
        await using var broker = await TestBroker.StartAsync();
        Put(broker, "it", "key", "ID");
        await FoundAsync(broker, "key", 1);

        foreach (var header in new[] { Header("other"), Header("key") with { Topic = "Nowhere" }, Header("") })
        {
            var answer = await broker.AskAsync(RequestCode.QueryMessage, header);
            Assert.Equal(
                (ResponseCode.QueryNotFound, "can not find message, maybe time range not correct"), (answer.ResponseCode, answer.Remark));
            Assert.Equal(new QueryMessageResponseHeader(), answer.ReadHeader<QueryMessageResponseHeader>());
        }
    }

    [Theory]
    [InlineData(2, false, 2)]
    [InlineData(int.MaxValue, false, 64)]
    [InlineData(0, false, 0)]
    [InlineData(-1, false, 0)]
    [InlineData(1, true, 32)]
    public async Task The_number_of_messages_is_bounded(int asked, bool unique, int found)
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            Put(broker, "it", "key", $"ID{i}");
        }

        await FoundAsync(broker, "ID99", 1);

        Assert.Equal(found, (await QueryAsync(broker, Header("key") with { MaxNum = asked, UniqueKeyQuery = unique })).Count);
    }

    [Fact]
    public async Task The_answer_tells_how_far_the_index_has_come()
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, "it", "key", "ID");
        await FoundAsync(broker, "key", 1);

        var told = (await broker.AskAsync(RequestCode.QueryMessage, Header("key"))).ReadHeader<QueryMessageResponseHeader>();

        Assert.Equal((put.CommitOffset, put.StoreTimestamp), (told.IndexLastUpdatePhyoffset, told.IndexLastUpdateTimestamp));
    }

    [Fact]
    public async Task An_offset_views_its_record()
    {
        await using var broker = await TestBroker.StartAsync();
        Put(broker, "before", "a", "ID1");
        var put = Put(broker, "it", "key", "ID2");

        var answer = await broker.AskAsync(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = put.CommitOffset });

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal("it", Sends.Decode(answer.Body).Text());
    }

    [Fact]
    public async Task Every_offset_that_is_no_record_finds_nothing()
    {
        await using var broker = await TestBroker.StartAsync();
        var put = Put(broker, new string('x', 300), "key", "ID");
        long[] hostile = [-1, long.MinValue, long.MaxValue, int.MaxValue, put.EndOffset, 1024 * 1024, 1024 * 1024 - 1];

        foreach (var offset in hostile.Concat(Enumerable.Range(1, put.Bytes - 1).Select(at => put.CommitOffset + at)))
        {
            var answer = await broker.AskAsync(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = offset });
            Assert.Equal(
                (ResponseCode.SystemError, $"can not find message by the offset, {offset}"), (answer.ResponseCode, answer.Remark));
        }
    }

    [Fact]
    public async Task A_body_that_looks_like_a_record_is_not_one()
    {
        await using var broker = await TestBroker.StartAsync();
        var inner = Put(broker, "inner", "key", "ID");
        var record = broker.Context.Store.ReadRecord(inner.CommitOffset)!;
        var answer = await broker.SendAsync(Sends.Header(), record);
        Assert.True(OffsetMessageId.TryParse(answer.ReadHeader<SendMessageResponseHeader>().MessageId, out var outer));

        for (var at = 1; at < record.Length; at++)
        {
            var view = await broker.AskAsync(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = outer.PhysicalOffset + at });
            Assert.Equal(ResponseCode.SystemError, view.ResponseCode);
        }
    }

    private static QueryMessageRequestHeader Header(string key) =>
        new() { Topic = Topic, Key = key, MaxNum = 64, BeginTimestamp = 0, EndTimestamp = long.MaxValue };

    private static Storage.PutResult Put(TestBroker broker, string body, string keys, string uniqueKey) =>
        broker.Put(Topic, 0, body, Sends.Properties(("KEYS", keys), ("UNIQ_KEY", uniqueKey)));

    private static async Task<List<string>> QueryAsync(TestBroker broker, QueryMessageRequestHeader header)
    {
        var answer = await broker.AskAsync(RequestCode.QueryMessage, header);
        Assert.Equal(answer.Body.IsEmpty ? ResponseCode.QueryNotFound : ResponseCode.Success, answer.ResponseCode);
        return [.. MessageDecoder.DecodeAll(answer.Body).Select(Sends.Text)];
    }

    private static Task FoundAsync(TestBroker broker, string key, int count) => TestBroker.EventuallyAsync(
        () => broker.Context.Store.Query(Topic, key, count, 0, long.MaxValue).Records.Count == count, $"{key} is indexed");
}
