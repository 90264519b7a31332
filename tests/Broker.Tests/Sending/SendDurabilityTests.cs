using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Sending;

public sealed class SendDurabilityTests
{
    [Fact]
    public async Task With_synchronous_flush_an_answered_message_is_on_the_disk()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.FlushDiskType = FlushDiskType.SyncFlush);

        for (var i = 0; i < 50; i++)
        {
            var answer = await broker.SendOkAsync(Sends.Header(properties: i % 2 == 0 ? null : "WAIT\u0001true\u0002"));
            Assert.True(OffsetMessageId.TryParse(answer.MessageId, out var id));
            Assert.True(broker.Context.Store.CommitLogFlushedOffset > id.PhysicalOffset);
        }
    }

    [Fact]
    public async Task With_synchronous_flush_a_whole_batch_is_on_the_disk()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.FlushDiskType = FlushDiskType.SyncFlush);

        var answer = await broker.SendAsync(
            Sends.Header() with { Batch = true }, Sends.Batch(("one", ""), ("two", "")), RequestCode.SendBatchMessage);

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal(broker.Context.Store.CommitLogMaxOffset, broker.Context.Store.CommitLogFlushedOffset);
    }

    [Fact]
    public async Task Many_synchronous_sends_in_flight_are_all_answered_with_their_own_place()
    {
        const int Count = 500;
        await using var broker = await TestBroker.StartAsync(options => options.Store.FlushDiskType = FlushDiskType.SyncFlush);
        await broker.SendOkAsync(Sends.Header());

        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => broker.SendOkAsync(Sends.Header())));

        Assert.Equal(Count, answers.Select(answer => answer.MessageId).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long?)i), answers.Select(answer => answer.QueueOffset).Order());
    }

    [Theory]
    [InlineData(FlushDiskType.SyncFlush, "WAIT\u0001false\u0002")]
    [InlineData(FlushDiskType.AsyncFlush, "WAIT\u0001true\u0002")]
    public async Task A_send_that_does_not_wait_for_the_disk_is_answered_all_the_same(FlushDiskType flush, string properties)
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.FlushDiskType = flush);

        var answer = await broker.SendOkAsync(Sends.Header(properties: properties));

        Assert.Equal(answer.MessageId, Assert.Single(await broker.StoredAsync(Sends.Topic, 0, 1)).OffsetMessageId.ToString());
    }
}
