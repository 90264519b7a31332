using Rocketeer.Client.Producing;

namespace Rocketeer.Client.Tests.Producing;

public sealed class SendAllocationTests
{
    [Fact]
    public void Encoding_a_message_allocates_its_properties_and_little_more()
    {
        var encoder = new MessageEncoder(new ProducerOptions { Group = "PG" });
        var message = new Message("T", new byte[1024]) { Tag = "TagA", Keys = ["k1"] };
        const string Id = "C00002020ECA5FFD2B276FB980A60000";
        encoder.Encode(message, Id);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            encoder.Encode(message, Id);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 0, 400);
    }
}
