using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Sending;

/// <summary>Sends that are not stored. Each still tells region and trace switch, as every answer to a send does.</summary>
public sealed class SendRefusalTests
{
    [Fact]
    public async Task Region_and_trace_switch_stand_in_every_answer()
    {
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.RegionId = "north";
            options.TraceOn = false;
        });

        var stored = await broker.SendAsync(Sends.Header());
        var refused = await broker.SendAsync(Sends.Header(queueId: 99));

        Assert.Equal((ResponseCode.Success, ResponseCode.SystemError), (stored.ResponseCode, refused.ResponseCode));
        Assert.All([stored, refused], answer =>
        {
            var header = answer.ReadHeader<SendMessageResponseHeader>();
            Assert.Equal(("north", (bool?)false), (header.Region, header.TraceOn));
        });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(99)]
    [InlineData(int.MaxValue)]
    public async Task A_queue_that_the_topic_does_not_have_is_refused(int queueId)
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendOkAsync(Sends.Header());

        var remark = await RefusedAsync(broker, Sends.Header(queueId: queueId), ResponseCode.SystemError);

        var expected = $"request queueId[{queueId}] is illegal, TopicConfig [topicName=TestTopic, readQueueNums=4, writeQueueNums=4, perm=RW-, "
            + "topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false] Producer: 127.0.0.1:";
        Assert.Equal(expected, remark[..expected.Length]);
    }

    [Fact]
    public async Task The_template_itself_takes_no_messages()
    {
        await using var broker = await TestBroker.StartAsync();

        var remark = await RefusedAsync(broker, Sends.Header("TBW102"), ResponseCode.SystemError);

        Assert.Equal("the topic[TBW102] is conflict with system reserved words.", remark);
    }

    [Fact]
    public async Task An_unknown_topic_is_refused_when_none_is_created_by_sending()
    {
        await using var broker = await TestBroker.StartAsync(options => options.AutoCreateTopicEnable = false);

        var remark = await RefusedAsync(broker, Sends.Header("Nowhere"), ResponseCode.TopicNotExist);

        Assert.StartsWith("topic[Nowhere] not exist, apply first please!", remark, StringComparison.Ordinal);
        Assert.Null(broker.Context.Topics.Find("Nowhere"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("has space")]
    [InlineData("grüße")]
    [InlineData("NUL\0byte")]
    public async Task A_topic_with_an_illegal_name_is_not_created(string topic)
    {
        await using var broker = await TestBroker.StartAsync();

        await RefusedAsync(broker, Sends.Header(topic), ResponseCode.TopicNotExist);

        Assert.Null(broker.Context.Topics.Find(topic));
    }

    [Fact]
    public async Task A_topic_name_longer_than_a_record_can_hold_is_not_created()
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendOkAsync(Sends.Header(new string('x', 127)));
        await RefusedAsync(broker, Sends.Header(new string('x', 128)), ResponseCode.TopicNotExist);
        await RefusedAsync(broker, Sends.Header(new string('x', 100_000)), ResponseCode.TopicNotExist);
    }

    [Fact]
    public async Task A_transactional_message_is_refused_where_they_are_rejected()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Transactions.RejectTransactionMessage = true);

        foreach (var value in new[] { "true", "TRUE" })
        {
            var header = Sends.Header(properties: Sends.Properties(("TRAN_MSG", value), ("PGROUP", "PID_Test")));
            var remark = await RefusedAsync(broker, header, ResponseCode.NoPermission);
            Assert.Equal("the broker[127.0.0.1] sending transaction message is forbidden", remark);
        }

        await broker.SendOkAsync(Sends.Header(properties: Sends.Properties(("TRAN_MSG", "false"))));
        Assert.Single(await broker.StoredAsync(Sends.Topic, 0, 1));
    }

    [Fact]
    public async Task A_broker_without_write_permission_refuses_ordered_topics_only()
    {
        await using var broker = await TestBroker.StartAsync(options => options.BrokerPermission = Permissions.Read);
        Assert.Null(broker.Context.Topics.Update(new TopicConfig { TopicName = "Ordered" }));
        broker.Context.Topics.SetOrdered(new HashSet<string> { "Ordered" });

        var remark = await RefusedAsync(broker, Sends.Header("Ordered"), ResponseCode.NoPermission);
        await broker.SendOkAsync(Sends.Header());

        Assert.Equal("the broker[127.0.0.1] sending message is forbidden", remark);
    }

    [Fact]
    public async Task Nothing_is_taken_before_the_time_from_which_sends_are_accepted()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        await using var broker = await TestBroker.StartAsync(options => options.StartAcceptSendRequestTimeStamp = 1_700_000_060_000, clock);

        var remark = await RefusedAsync(broker, Sends.Header(), ResponseCode.SystemError);
        clock.Advance(TimeSpan.FromMinutes(1));
        await broker.SendOkAsync(Sends.Header());

        Assert.StartsWith("broker unable to service, until 2023-11-14 ", remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slave_takes_no_messages()
    {
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.BrokerId = 1;
            options.Store.BrokerRole = BrokerRole.Slave;
        });

        await RefusedAsync(broker, Sends.Header(), ResponseCode.ServiceNotAvailable);
        await RefusedAsync(broker, Sends.Header() with { Batch = true }, ResponseCode.ServiceNotAvailable, Sends.Batch(("a", "")));
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_illegal()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.MaxMessageSize = 64 * 1024);

        await RefusedAsync(broker, Sends.Header(), ResponseCode.MessageIllegal, new byte[64 * 1024]);
        await RefusedAsync(
            broker, Sends.Header() with { Batch = true }, ResponseCode.MessageIllegal, Sends.Batch((new string('a', 40_000), ""), (new string('b', 40_000), "")));
        await RefusedAsync(broker, Sends.Header(properties: new string('p', 32_768)), ResponseCode.MessageIllegal);
        await broker.SendOkAsync(Sends.Header(properties: new string('p', 32_767)));
    }

    [Fact]
    public async Task A_delay_that_is_no_number_is_illegal()
    {
        await using var broker = await TestBroker.StartAsync();

        var remark = await RefusedAsync(broker, Sends.Header(properties: "DELAY\u0001soon\u0002"), ResponseCode.MessageIllegal);

        Assert.Equal("The property DELAY is not a whole number.", remark);
    }

    [Theory]
    [InlineData("DELAY\u00013\u0002", 0)]
    [InlineData(null, MessageSysFlags.TransactionPrepared)]
    public async Task A_batch_is_neither_delayed_nor_part_of_a_transaction(string? properties, int sysFlag)
    {
        await using var broker = await TestBroker.StartAsync();

        await RefusedAsync(
            broker,
            Sends.Header(properties: properties) with { Batch = true, SysFlag = sysFlag },
            ResponseCode.MessageIllegal,
            Sends.Batch(("a", "")));
    }

    [Fact]
    public async Task A_message_for_the_retry_topic_of_an_unknown_group_is_refused()
    {
        await using var broker = await TestBroker.StartAsync(options => options.AutoCreateSubscriptionGroup = false);

        var remark = await RefusedAsync(broker, Sends.Header("%RETRY%Nobody"), ResponseCode.SubscriptionGroupNotExist);

        Assert.StartsWith("subscription group not exist, Nobody", remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_topic_takes_no_batch()
    {
        await using var broker = await TestBroker.StartAsync();

        var remark = await RefusedAsync(
            broker, Sends.Header("%RETRY%G") with { Batch = true }, ResponseCode.MessageIllegal, Sends.Batch(("a", "")));

        Assert.Equal("batch request does not support retry group %RETRY%G", remark);
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 1)]
    public async Task A_retry_topic_is_created_even_when_others_are_not(bool autoCreate, int queues)
    {
        await using var broker = await TestBroker.StartAsync(options => options.AutoCreateTopicEnable = autoCreate);

        await broker.SendOkAsync(Sends.Header("%RETRY%G") with { UnitMode = true });

        var retry = broker.Context.Topics.Find("%RETRY%G")!;
        Assert.Equal((queues, Permissions.Read | Permissions.Write, 2), (retry.WriteQueueNums, retry.Perm, retry.TopicSysFlag));
    }

    [Theory]
    [InlineData(2, 3, "%RETRY%G")]
    [InlineData(3, 3, "%DLQ%G")]
    [InlineData(5, 3, "%DLQ%G")]
    [InlineData(15, null, "%RETRY%G")]
    [InlineData(16, null, "%DLQ%G")]
    public async Task A_retry_that_was_tried_often_enough_goes_to_the_dead_letters(int reconsumed, int? maximum, string stored)
    {
        await using var broker = await TestBroker.StartAsync();

        var header = Sends.Header("%RETRY%G") with { ReconsumeTimes = reconsumed, MaxReconsumeTimes = maximum };
        var answer = await broker.SendOkAsync(header, "again");

        Assert.Equal(0, answer.QueueId);
        var message = Assert.Single(await broker.StoredAsync(stored, 0, 1));
        Assert.Equal(("again", reconsumed), (message.Text(), message.ReconsumeTimes));
        if (stored == "%DLQ%G")
        {
            var dead = broker.Context.Topics.Find("%DLQ%G")!;
            Assert.Equal((1, Permissions.Write), (dead.WriteQueueNums, dead.Perm));
        }
    }

    private static async Task<string> RefusedAsync(
        TestBroker broker, SendMessageRequestHeader header, ResponseCode code, byte[]? body = null)
    {
        var before = broker.Context.Store.CommitLogMaxOffset;
        var answer = await broker.SendAsync(header, body ?? [1]);

        Assert.True(answer.ResponseCode == code, $"{answer.ResponseCode}: {answer.Remark}");
        Assert.Equal(before, broker.Context.Store.CommitLogMaxOffset);
        var told = answer.ReadHeader<SendMessageResponseHeader>();
        Assert.Equal(("DefaultRegion", (bool?)true), (told.Region, told.TraceOn));
        Assert.Null(told.MessageId);
        return Assert.IsType<string>(answer.Remark);
    }
}
