using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Tests.Codec;

public sealed class BinaryHeaderTests
{
    private const string Route = "0000002d010000290069000125000000070000000000000000000000140005746f70696300000009546f70696354657374";
    private const string Success = "0000001901000015000000012500000007000000010000000000000000";

    [Fact]
    public void The_originals_samples_are_written_to_the_byte()
    {
        var request = new RemotingCommand
        {
            Code = 105, Opaque = 7, Language = LanguageCode.Java, SerializeType = SerializeType.RocketMq,
            Header = new GetRouteInfoRequestHeader { Topic = "TopicTest" },
        };
        var response = new RemotingCommand
        {
            Code = 0, Opaque = 7, Language = LanguageCode.Java, SerializeType = SerializeType.RocketMq, Flags = CommandFlags.Response, Remark = "",
        };

        Assert.Equal(Route, Convert.ToHexStringLower(Frames.Encode(request)));
        Assert.Equal(Success, Convert.ToHexStringLower(Frames.Encode(response)));
    }

    [Fact]
    public void The_originals_samples_are_read()
    {
        var request = CommandView.Parse(Convert.FromHexString(Route).AsSpan(sizeof(int)));
        var response = CommandView.Parse(Convert.FromHexString(Success).AsSpan(sizeof(int)));

        Assert.Equal("TopicTest", request.ReadHeader<GetRouteInfoRequestHeader>().Topic);
        Assert.Equal(7, request.Envelope.Opaque);
        Assert.True(response.Envelope.IsResponse);
        Assert.Null(response.Envelope.Remark);
        Assert.False(response.HasExtFields);
    }

    [Fact]
    public void An_unknown_language_is_no_reason_to_refuse()
    {
        var frame = Convert.FromHexString(Route);
        frame[10] = 77;

        Assert.Equal(LanguageCode.Unknown, CommandView.Parse(frame.AsSpan(sizeof(int))).Envelope.Language);
    }

    [Fact]
    public void Every_truncation_and_every_lying_length_is_refused()
    {
        var frame = Convert.FromHexString(Route).AsSpan(sizeof(int)).ToArray();
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Throws<FrameFormatException>(() => CommandView.Parse(frame.AsSpan(0, length)).Envelope.Code);
        }

        foreach (var lengthAt in new[] { 17, 21, 25, 32 }) // remark, ext fields, key, value
        {
            var lying = frame.ToArray();
            lying[lengthAt + (lengthAt == 25 ? 0 : 1)] = 0x7F;
            Assert.Throws<FrameFormatException>(() => CommandView.Parse(lying).Envelope.Code);
        }
    }

    [Fact]
    public void An_unknown_serialization_is_refused()
    {
        var frame = Frames.Of((SerializeType)2, [0, 0], []);

        Assert.Throws<FrameFormatException>(() => CommandView.Parse(frame).Envelope.Code);
    }
}
