using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Topics;

public sealed class TraceTopicTests
{
    [Theory]
    [InlineData("RMQ_SYS_TRACE_TOPIC")]
    [InlineData("OurTraces")]
    public async Task The_trace_topic_is_the_system_s_and_takes_traces_as_ordinary_messages(string name)
    {
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.TraceTopicEnable = true;
            options.MsgTraceTopicName = name;
        });

        var topic = broker.Context.Topics.Find(name)!;
        Assert.Equal((1, 1, 6), (topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm));
        Assert.Contains(name, (await broker.ReadAsync<TopicList>(RequestCode.GetSystemTopicListFromBroker)).Topics);
        Assert.Equal(0, broker.Put(name, 0, "Pub\u00011\u0001\u0002").QueueOffset);
    }

    [Fact]
    public async Task Without_traceTopicEnable_there_is_no_trace_topic()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.Null(broker.Context.Topics.Find(TopicNames.Trace));
    }

    [Fact]
    public async Task Traces_that_the_original_stored_are_read_back()
    {
        await using var broker = await TestBroker.StartAsync(options => options.TraceTopicEnable = true, golden: true);

        using var result = broker.Context.Store.Get(TopicNames.Trace, 0, 0, 32, null)!;

        Assert.Equal(3, result.MessageCount);
        Assert.True(MessageRecordView.TryParse(result[0], out var record));
        Assert.Matches("^(Pub|SubBefore|SubAfter)\u0001", Encoding.UTF8.GetString(record.Body));
    }
}
