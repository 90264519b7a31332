using System.Text;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class ReceiveAllocationTests
{
    [Fact]
    public void A_pulled_message_costs_little_beyond_its_body_until_its_handler_gets_it()
    {
        const int Messages = 32;
        const int Rounds = 100;
        var body = Answer(Messages);
        var queue = new MessageQueue("orders", "broker-a", 0);
        PulledMessages.Decode(body, "g", queue, 0, Messages);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            PulledMessages.Decode(body, "g", queue, 0, Messages);
        }

        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / (Messages * Rounds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{perMessage} bytes a message");
        Assert.InRange(perMessage, 0, 1000);
    }

    private static byte[] Answer(int messages)
    {
        var parts = new MessageRecordParts
        {
            Body = new byte[1024],
            Topic = "orders"u8.ToArray(),
            Properties = Encoding.UTF8.GetBytes(MessageProperties.Encode(
            [
                new(PropertyNames.UniqueKey, "C00002020ECA5FFD2B276FB980A60000"), new(PropertyNames.WaitStoreMessageOk, "true"),
                new(PropertyNames.Tags, "paid"), new(PropertyNames.Keys, "4711"),
            ])),
        };
        var answer = new byte[messages * parts.TotalSize];
        for (var index = 0; index < messages; index++)
        {
            MessageRecordWriter.Write(answer.AsSpan(index * parts.TotalSize), parts);
        }

        return answer;
    }
}
