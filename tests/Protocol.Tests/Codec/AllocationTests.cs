using System.Buffers;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Tests.Codec;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void Reading_a_send_request_allocates_nothing(SerializeType serializeType)
    {
        var frame = SendRequest(serializeType);

        AssertNoAllocation(() =>
        {
            var command = CommandView.Parse(frame.AsSpan(sizeof(int)));
            var header = SendMessageRequestView.Read(command);
            Assert.True(header.Topic.Length == 9 && header.Properties.Length == 62 && command.Body.Length == 100);
        });
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void Reading_a_pull_request_allocates_nothing(SerializeType serializeType)
    {
        var frame = Frames.Encode(new RemotingCommand
        {
            Code = (int)RequestCode.PullMessage,
            SerializeType = serializeType,
            Header = new PullMessageRequestHeader
            {
                ConsumerGroup = "CG", Topic = "TopicTest", QueueId = 1, QueueOffset = 5, MaxMsgNums = 32, SysFlag = 6, Subscription = "*",
            },
        });

        AssertNoAllocation(() => CommandView.Parse(frame.AsSpan(sizeof(int))).ReadHeader<PullMessageRequestHeader>());
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void Writing_a_send_response_allocates_nothing(SerializeType serializeType)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        var envelope = new CommandEnvelope { Code = 0, Opaque = 1, Flags = CommandFlags.Response, SerializeType = serializeType };
        var header = new SendMessageResponseHeader
        {
            StoredAt = new OffsetMessageId(new HostAddress(0x7F000001, 10911), 1024), QueueId = 3, QueueOffset = 9, Region = "DefaultRegion", TraceOn = true,
        };

        AssertNoAllocation(() =>
        {
            output.ResetWrittenCount();
            CommandEncoder.WriteHead(output, envelope, header, 0);
        });
        var read = CommandView.Parse(output.WrittenSpan[sizeof(int)..]).ReadHeader<SendMessageResponseHeader>();
        Assert.Equal("7F00000100002A9F0000000000000400", read.MessageId);
        Assert.Equal((3, 9L, "DefaultRegion", true), (read.QueueId, read.QueueOffset, read.Region, read.TraceOn));
    }

    internal static byte[] SendRequest(SerializeType serializeType) => Frames.Encode(new RemotingCommand
    {
        Code = (int)RequestCode.SendMessageV2,
        SerializeType = serializeType,
        Body = new byte[100],
        Header = new SendMessageRequestHeader
        {
            ProducerGroup = "PG", Topic = "TopicTest", QueueId = 1, BornTimestamp = 1547725077000, ReconsumeTimes = 0,
            Properties = "TAGS\u0001TagA\u0002UNIQ_KEY\u0001C00002020ECA5FFD2B276FB980A60000\u0002WAIT\u0001true\u0002",
        },
    });

    internal static void AssertNoAllocation(Action act)
    {
        for (var warmUp = 0; warmUp < 200; warmUp++)
        {
            act();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            act();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing each; the runtime itself may allocate once
    }
}
