using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Tests.Bodies;

public sealed class BodyJsonTests
{
    private const string Queue = """{"brokerName":"broker-a","queueId":1,"topic":"TopicTest"}""";

    [Fact]
    public void Maps_of_queues_are_written_with_objects_for_keys()
    {
        var stats = new ConsumeStats
        {
            ConsumeTps = 1.5,
            OffsetTable = { [new MessageQueue("TopicTest", "broker-a", 1)] = new OffsetWrapper { BrokerOffset = 10, ConsumerOffset = 5, LastTimestamp = 123 } },
        };

        Assert.Equal(
            """{"consumeTps":1.5,"offsetTable":{""" + Queue + """:{"brokerOffset":10,"consumerOffset":5,"lastTimestamp":123}}}""",
            Encoding.UTF8.GetString(BodyJson.Serialize(stats)));
    }

    [Fact]
    public void Integer_keys_are_written_in_quotes_and_read_without_them()
    {
        var table = Read<ConsumerOffsetTable>("""{"offsetTable":{"TopicTest@CG":{0:5,"1":6}}}""");

        Assert.Equal(new Dictionary<int, long> { [0] = 5, [1] = 6 }, table.OffsetTable["TopicTest@CG"]);
        Assert.Equal("""{"offsetTable":{"TopicTest@CG":{"0":5,"1":6}}}""", Encoding.UTF8.GetString(BodyJson.Serialize(table)));
        Assert.Throws<BodyFormatException>(() => Read<ConsumerOffsetTable>("""{"offsetTable":{"TopicTest@CG":{"x":5}}}"""));
    }

    [Fact]
    public void Doubles_always_have_a_fraction_and_what_is_no_number_is_null()
    {
        static string Write(double value) => Encoding.UTF8.GetString(BodyJson.Serialize(new BrokerStatsItem { Avgpt = value }));

        Assert.StartsWith("""{"avgpt":0.0,""", Write(0), StringComparison.Ordinal);
        Assert.StartsWith("""{"avgpt":100.0,""", Write(100), StringComparison.Ordinal);
        Assert.StartsWith("""{"avgpt":1.23E20,""", Write(1.23E20), StringComparison.Ordinal);
        Assert.StartsWith("""{"avgpt":1.0E20,""", Write(1E20), StringComparison.Ordinal);
        Assert.StartsWith("""{"avgpt":null,""", Write(double.NaN), StringComparison.Ordinal);
        Assert.StartsWith("""{"avgpt":null,""", Write(double.NegativeInfinity), StringComparison.Ordinal);
        Assert.Equal(0, Read<BrokerStatsItem>("""{"avgpt":NaN,"sum":null}""").Avgpt);
    }

    [Fact]
    public void What_fastjson_reads_is_read()
    {
        var heartbeat = Read<HeartbeatData>(
            """{/* c */'clientID':"c",unknown:[{}],consumerDataSet:[{"consumeType":"consume_actively","messageModel":0,"consumeFromWhere":"NOBODY_KNOWS","groupName":5,"unitMode":false,"subscriptionDataSet":[{"codeSet":["1",2.0],"topic":"T",}]}],"producerDataSet":null}""");

        Assert.Equal("c", heartbeat.ClientID);
        Assert.Empty(heartbeat.ProducerDataSet);
        var consumer = Assert.Single(heartbeat.ConsumerDataSet);
        Assert.Equal(ConsumeType.Actively, consumer.ConsumeType);
        Assert.Equal(MessageModel.Broadcasting, consumer.MessageModel);
        Assert.Equal(ConsumeFromWhere.LastOffset, consumer.ConsumeFromWhere);
        Assert.Equal("5", consumer.GroupName);
        Assert.Equal([1, 2], Assert.Single(consumer.SubscriptionDataSet).CodeSet);
    }

    [Fact]
    public void References_to_other_parts_of_the_document_do_no_harm()
    {
        Assert.Equal(0, Read<BrokerStatsData>("""{"statsHour":{"sum":3},"statsMinute":{"$ref":"$.statsHour"}}""").StatsMinute.Sum);
        Assert.Empty(Read<ResetOffsetBody>("""{"offsetTable":{"$ref":"$.other"}}""").OffsetTable);
    }

    [Fact]
    public void Absent_fields_keep_the_originals_defaults()
    {
        var topic = Read<TopicConfig>("{}");
        var group = Read<SubscriptionGroupConfig>("""{"groupName":"CG"}""");

        Assert.Equal((16, 16, 6, TopicFilterType.SingleTag), (topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm, topic.TopicFilterType));
        Assert.Equal(
            """{"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,"groupName":"CG","notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}""",
            Encoding.UTF8.GetString(BodyJson.Serialize(group)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"perm":"x"}""")]
    [InlineData("""{"perm":99999999999}""")]
    [InlineData("""{"topicName":{}}""")]
    public void What_is_no_such_body_is_refused(string text) => Assert.Throws<BodyFormatException>(() => Read<TopicConfig>(text));

    [Fact]
    public void Deep_nesting_and_keys_within_keys_are_refused()
    {
        Assert.Throws<BodyFormatException>(() => Read<KVTable>("{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));
        Assert.Throws<BodyFormatException>(() => Read<KVTable>("{\"table\":" + string.Concat(Enumerable.Repeat("{", 50)) + "}:1}"));
    }

    [Fact]
    public void Registrations_survive_both_forms()
    {
        var body = new RegisterBrokerBody
        {
            FilterServerList = ["127.0.0.1:1000"],
            TopicConfigSerializeWrapper = new TopicConfigSerializeWrapper
            {
                DataVersion = new DataVersion { Counter = 3, Timestamp = 1547725077000 },
                TopicConfigTable = { ["TopicTest"] = new TopicConfig { TopicName = "TopicTest", ReadQueueNums = 8, WriteQueueNums = 8 } },
            },
        };

        Assert.Equal(
            "00000027" + Hex("""{"counter":3,"timestamp":1547725077000}""") + "00000001" + "0000001a" + Hex("TopicTest 8 8 6 SINGLE_TAG")
            + "00000012" + Hex("""["127.0.0.1:1000"]"""),
            Convert.ToHexStringLower(RegisterBrokerBodyCodec.EncodePlain(body)));
        foreach (var compressed in new[] { true, false })
        {
            var bytes = RegisterBrokerBodyCodec.Encode(body, compressed);
            var again = RegisterBrokerBodyCodec.Decode(bytes, compressed);
            Assert.Equal(body.FilterServerList, again.FilterServerList);
            Assert.Equal(body.TopicConfigSerializeWrapper.DataVersion, again.TopicConfigSerializeWrapper.DataVersion);
            Assert.Equal(body.TopicConfigSerializeWrapper.TopicConfigTable, again.TopicConfigSerializeWrapper.TopicConfigTable);
            Assert.Equal(compressed ? "78da" : Hex("{\""), Convert.ToHexStringLower(bytes.AsSpan(0, 2)));
        }
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static T Read<T>(string json) => BodyJson.Deserialize<T>(Encoding.UTF8.GetBytes(json));
}
