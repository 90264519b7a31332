using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Tests.Golden;

public sealed class ConfigFileTests
{
    [Fact]
    public void Recorded_topics_are_written_to_the_same_bytes() => AssertSameBytes<TopicConfigSerializeWrapper>("topics.json");

    [Fact]
    public void Recorded_groups_are_written_to_the_same_bytes() => AssertSameBytes<SubscriptionGroupWrapper>("subscriptionGroup.json");

    [Fact]
    public void Recorded_consumer_offsets_are_written_to_the_same_bytes() => AssertSameBytes<ConsumerOffsetTable>("consumerOffset.json");

    [Fact]
    public void Recorded_delay_offsets_are_written_to_the_same_bytes() => AssertSameBytes<DelayOffsetTable>("delayOffset.json");

    [Fact]
    public void Recorded_filters_are_written_to_the_same_bytes() => AssertSameBytes<ConsumerFilterTable>("consumerFilter.json");

    [Fact]
    public void Offsets_of_a_broadcasting_consumer_have_objects_for_keys()
    {
        const string Expected =
            "{\n\t\"offsetTable\":{{\n\t\t\t\"brokerName\":\"broker-a\",\n\t\t\t\"queueId\":2,\n\t\t\t\"topic\":\"TopicTest\"\n\t\t}:6,{\n"
            + "\t\t\t\"brokerName\":\"broker-a\",\n\t\t\t\"queueId\":1,\n\t\t\t\"topic\":\"TopicTest\"\n\t\t}:5\n\t}\n}";
        var table = new LocalOffsetTable
        {
            OffsetTable = { [new MessageQueue("TopicTest", "broker-a", 2)] = 6, [new MessageQueue("TopicTest", "broker-a", 1)] = 5 },
        };

        Assert.Equal(Expected, Encoding.UTF8.GetString(FastjsonPretty.Serialize(table)));
        Assert.Equal(table.OffsetTable, BodyJson.Deserialize<LocalOffsetTable>(Encoding.UTF8.GetBytes(Expected)).OffsetTable);
    }

    private static void AssertSameBytes<T>(string name)
    {
        var recorded = GoldenFrames.ConfigFile(name);

        var again = FastjsonPretty.Serialize(BodyJson.Deserialize<T>(recorded));

        Assert.Equal(Encoding.UTF8.GetString(recorded), Encoding.UTF8.GetString(again));
    }
}
