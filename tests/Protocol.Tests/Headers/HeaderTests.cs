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
    public void A_header_that_was_built_here_is_read_back_as_it_is()
    {
        var header = new ViewMessageRequestHeader { Offset = 5 };

        Assert.Equal(header, RemotingCommand.Request(RequestCode.ViewMessageById, header).ReadHeader<ViewMessageRequestHeader>());
    }
}
