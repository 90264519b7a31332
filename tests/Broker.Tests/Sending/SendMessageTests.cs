using System.Globalization;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Broker.Tests.Sending;

public sealed class SendMessageTests
{
    [Theory]
    [InlineData(RequestCode.SendMessage)]
    [InlineData(RequestCode.SendMessageV2)]
    [InlineData(RequestCode.SendBatchMessage)]
    public async Task A_message_sent_with_any_of_the_codes_is_stored_as_it_came(RequestCode code)
    {
        await using var broker = await TestBroker.StartAsync();
        var properties = Sends.Properties((PropertyNames.Tags, "TagA"), ("colour", "größer"));

        var answer = await broker.SendOkAsync(Sends.Header(queueId: 2, properties: properties) with { Flag = 7 }, "hello", code);

        Assert.Equal((2, 0L), (answer.QueueId, answer.QueueOffset));
        var stored = Assert.Single(await broker.StoredAsync(Sends.Topic, 2, 1));
        Assert.Equal("hello", stored.Text());
        Assert.Equal(7, stored.Flag);
        Assert.Equal(1_700_000_000_000, stored.BornTimestamp);
        Assert.Equal(("TagA", "größer"), (stored.Tags, stored.Property("colour")));
        Assert.Equal(broker.Context.Identity.StoreHost, stored.StoreHost);
        Assert.Equal(answer.MessageId, stored.OffsetMessageId.ToString());
    }

    [Theory]
    [InlineData(RequestCode.SendMessage)]
    [InlineData(RequestCode.SendMessageV2)]
    [InlineData(RequestCode.SendBatchMessage)]
    public async Task The_batch_field_and_not_the_code_makes_a_batch(RequestCode code)
    {
        await using var broker = await TestBroker.StartAsync();
        var batch = Sends.Batch(("one", "TAGS\u0001a\u0002"), ("two", "TAGS\u0001b\u0002"), ("three", ""));

        var asBatch = await broker.SendAsync(Sends.Header() with { Batch = true }, batch, code);
        var asOne = await broker.SendAsync(Sends.Header(queueId: 1), batch, code);

        Assert.Equal(ResponseCode.Success, asBatch.ResponseCode);
        Assert.Equal(ResponseCode.Success, asOne.ResponseCode);
        Assert.Equal(["one", "two", "three"], (await broker.StoredAsync(Sends.Topic, 0, 3)).Select(Sends.Text));
        Assert.Equal(batch, Assert.Single(await broker.StoredAsync(Sends.Topic, 1, 1)).Body.ToArray());
    }

    [Fact]
    public async Task Each_id_of_a_batch_answer_views_its_own_message()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header(), "before");
        var batch = Sends.Batch(("one", "KEYS\u0001k1\u0002"), ("", ""), ("three", "TAGS\u0001t\u0002"));

        var answer = await broker.SendAsync(Sends.Header() with { Batch = true }, batch, RequestCode.SendBatchMessage);
        var header = answer.ReadHeader<SendMessageResponseHeader>();

        Assert.Equal(1, header.QueueOffset);
        var ids = header.MessageId!.Split(',');
        Assert.Equal(3, ids.Length);
        Assert.Equal(["one", "", "three"], await Task.WhenAll(ids.Select(async id => (await ViewAsync(broker, id)).Text())));
    }

    [Fact]
    public async Task The_id_of_an_answer_views_the_message()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header(), "first");
        var answer = await broker.SendOkAsync(Sends.Header(queueId: 3), "second");

        var viewed = await ViewAsync(broker, answer.MessageId!);

        Assert.Equal(("second", Sends.Topic, 3), (viewed.Text(), viewed.Topic, viewed.QueueId));
    }

    [Fact]
    public async Task Queue_minus_one_is_any_queue_of_the_topic()
    {
        await using var broker = await TestBroker.StartAsync();

        var chosen = new HashSet<int>();
        for (var i = 0; i < 200; i++)
        {
            chosen.Add((await broker.SendOkAsync(Sends.Header(queueId: -1))).QueueId!.Value);
        }

        Assert.All(chosen, queueId => Assert.InRange(queueId, 0, 3));
        Assert.Equal(4, chosen.Count);
    }

    [Fact]
    public async Task The_first_send_creates_the_topic_after_the_template()
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendOkAsync(Sends.Header("Wide") with { DefaultTopicQueueNums = 100 });
        await broker.SendOkAsync(Sends.Header("Narrow") with { DefaultTopicQueueNums = 2, UnitMode = true });

        var wide = broker.Context.Topics.Find("Wide")!;
        Assert.Equal((8, 8, Permissions.Read | Permissions.Write), (wide.ReadQueueNums, wide.WriteQueueNums, wide.Perm));
        var narrow = broker.Context.Topics.Find("Narrow")!;
        Assert.Equal((2, 1), (narrow.WriteQueueNums, narrow.TopicSysFlag));
    }

    [Fact]
    public async Task Messages_of_a_topic_with_several_tags_are_marked()
    {
        await using var broker = await TestBroker.StartAsync();
        Assert.Null(broker.Context.Topics.Update(new TopicConfig { TopicName = "Many", TopicFilterType = TopicFilterType.MultiTag }));

        await broker.SendOkAsync(Sends.Header("Many"));

        Assert.Equal(MessageSysFlags.MultiTags, Assert.Single(await broker.StoredAsync("Many", 0, 1)).SysFlag);
    }

    [Fact]
    public async Task One_way_sends_are_stored_and_not_answered()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.NewClient();

        for (var i = 0; i < 20; i++)
        {
            await client.SendOneWayAsync(
                broker.Address,
                Sends.Request(Sends.Header(), [(byte)i]),
                TestBroker.Patience,
                TestContext.Current.CancellationToken);
        }

        var stored = await broker.StoredAsync(Sends.Topic, 0, 20);
        Assert.Equal(Enumerable.Range(0, 20), stored.Select(message => (int)message.Body.Span[0]));
    }

    [Fact]
    public async Task A_delayed_message_is_accepted_at_once_and_comes_to_its_queue_when_it_is_due()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.MessageDelayLevel = "1d 1s");

        var later = await broker.SendOkAsync(Sends.Header(properties: Sends.Properties(("DELAY", "1"))), "in a day");
        var soon = await broker.SendOkAsync(Sends.Header(queueId: 1, properties: Sends.Properties(("DELAY", "2"))), "in a second");

        Assert.Equal((0, 1), (later.QueueId, soon.QueueId));
        Assert.Equal("in a second", Assert.Single(await broker.StoredAsync(Sends.Topic, 1, 1)).Text());
        Assert.Equal("in a day", Assert.Single(await broker.StoredAsync(TopicNames.Schedule, 0, 1)).Text());
        Assert.Equal(0, broker.Context.Store.MaxOffset(Sends.Topic, 0));
    }

    [Fact]
    public async Task Sixty_four_connections_at_once_store_every_message_once()
    {
        const int Clients = 64;
        const int Each = 25;
        await using var broker = await TestBroker.StartAsync();
        Assert.Null(broker.Context.Topics.Update(new TopicConfig { TopicName = Sends.Topic, ReadQueueNums = 8, WriteQueueNums = 8 }));

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => SendManyAsync(broker, broker.NewClient(), c, Each)));

        var bodies = new List<string>();
        for (var queueId = 0; queueId < 8; queueId++)
        {
            bodies.AddRange((await broker.StoredAsync(Sends.Topic, queueId, Clients / 8 * Each)).Select(Sends.Text));
        }

        Assert.Equal(Clients * Each, bodies.Count);
        Assert.Equal(Clients * Each, bodies.Distinct().Count());
    }

    private static Task SendManyAsync(TestBroker broker, RemotingClient client, int number, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            var body = System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}-{i}"));
            var answer = await broker.AskAsync(client, Sends.Request(Sends.Header(queueId: number % 8), body));
            Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        }));

    private static async Task<MessageExt> ViewAsync(TestBroker broker, string messageId)
    {
        Assert.True(OffsetMessageId.TryParse(messageId, out var id));
        var answer = await broker.AskAsync(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = id.PhysicalOffset });
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        return Sends.Decode(answer.Body);
    }
}
