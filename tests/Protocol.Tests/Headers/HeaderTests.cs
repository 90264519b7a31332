using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Tests.Codec;

namespace Rocketeer.Protocol.Tests.Headers;

public sealed class HeaderTests
{
    [Fact]
    public void A_missing_field_is_named()
    {
        var refusal = Assert.Throws<InvalidHeaderException>(() =>
            CommandView.Parse(Frames.Json("""{"code":30,"extFields":{"topic":"T","queueId":"x"}}""")).ReadHeader<GetMaxOffsetRequestHeader>());

        Assert.Contains("queueId", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_and_short_names_mean_the_same()
    {
        var expected = new SendMessageRequestHeader
        {
            ProducerGroup = "PG", Topic = "T", QueueId = -1, SysFlag = 1, BornTimestamp = 5, Flag = 7, Properties = "a\u0001b\u0002",
            ReconsumeTimes = 2, UnitMode = true, MaxReconsumeTimes = 3, Batch = true, DefaultTopicQueueNums = 8, DefaultTopic = "D",
        };
        foreach (var useLongNames in new[] { true, false })
        {
            var sent = new RemotingCommand { Code = 10, Header = expected with { UseLongNames = useLongNames } };

            var received = CommandView.Parse(Frames.Encode(sent).AsSpan(sizeof(int))).ToCommand().ReadHeader<SendMessageRequestHeader>();

            Assert.Equal(expected with { UseLongNames = useLongNames }, received);
        }
    }

    [Fact]
    public void Booleans_are_true_in_any_case_and_false_otherwise()
    {
        static bool Read(string text) => CommandView.Parse(Frames.Json("""{"code":317,"extFields":{"isOrder":""" + text + "}}"))
            .ReadHeader<GetBrokerConsumeStatsRequestHeader>().IsOrder;

        Assert.True(Read("\"TRUE\""));
        Assert.True(Read("true"));
        Assert.False(Read("1"));
        Assert.False(Read("null"));
    }

    [Fact]
    public void Headers_of_which_there_is_no_recording_survive_both_serializations()
    {
        AssertSurvives(new GetBrokerConfigResponseHeader { Version = """{"counter":1}""" });
        AssertSurvives(new RegisterFilterServerRequestHeader { FilterServerAddr = "127.0.0.1:1000" });
        AssertSurvives(new RegisterFilterServerResponseHeader { BrokerName = "broker-a", BrokerId = 1 });
        AssertSurvives(new RegisterMessageFilterClassRequestHeader { ConsumerGroup = "CG", Topic = "T", ClassName = "a.B", ClassCRC = 7 });
        AssertSurvives(new QueryCorrectionOffsetRequestHeader { FilterGroups = "a,b", CompareGroup = "CG", Topic = "T" });
        AssertSurvives(new QueryDataVersionRequestHeader { BrokerName = "b", BrokerAddr = "127.0.0.1:1", ClusterName = "c", BrokerId = 0 });
        AssertSurvives(new QueryDataVersionResponseHeader { Changed = true });
        AssertSurvives(new EmptyHeader());
    }

    [Fact]
    public void A_header_that_was_built_here_is_read_back_as_it_is()
    {
        var header = new ViewMessageRequestHeader { Offset = 5 };

        Assert.Equal(header, RemotingCommand.Request(RequestCode.ViewMessageById, header).ReadHeader<ViewMessageRequestHeader>());
    }

    private static void AssertSurvives<T>(T header)
        where T : ICommandHeader<T>
    {
        foreach (var serializeType in Enum.GetValues<SerializeType>())
        {
            var frame = Frames.Encode(new RemotingCommand { Code = 1, SerializeType = serializeType, Header = header });
            Assert.Equal(header, CommandView.Parse(frame.AsSpan(sizeof(int))).ReadHeader<T>());
        }
    }
}
