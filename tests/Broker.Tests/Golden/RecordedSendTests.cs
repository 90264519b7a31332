using Rocketeer.Broker.Tests.Hostile;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Golden;

/// <summary>Sends as the original's clients sent them, byte for byte, to a new broker: stored as sent, answered as the original answered.</summary>
public sealed class RecordedSendTests
{
    [Theory]
    [InlineData("json", "SEND_MESSAGE")]
    [InlineData("json", "SEND_MESSAGE_V2")]
    [InlineData("json", "SEND_BATCH_MESSAGE")]
    [InlineData("rocketmq", "SEND_MESSAGE")]
    [InlineData("rocketmq", "SEND_MESSAGE_V2")]
    [InlineData("rocketmq", "SEND_BATCH_MESSAGE")]
    public async Task Recorded_sends_are_stored_and_answered_as_they_were(string serialization, string name)
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var recording in Recording.Load(serialization, name))
        {
            using var connection = await RawConnection.OpenAsync(broker);
            await connection.SendAsync(recording.Frame);
            var send = recording.Request.ReadHeader<SendMessageRequestHeader>();
            if (recording.Response is not { } recorded)
            {
                await broker.StoredAsync(send.Topic, send.QueueId, 1);
                continue;
            }

            var answer = await connection.ReadAsync();
            Assert.Equal((recording.Request.Opaque, Code(recording)), (answer.Opaque, answer.ResponseCode));
            var (then, now) = (recorded.ReadHeader<SendMessageResponseHeader>(), answer.ReadHeader<SendMessageResponseHeader>());
            Assert.Equal((then.Region, then.TraceOn), (now.Region, now.TraceOn));
            if (answer.ResponseCode == ResponseCode.Success)
            {
                Assert.Equal(recorded.ExtFields!.Keys.Order(StringComparer.Ordinal), answer.ExtFields!.Keys.Order(StringComparer.Ordinal));
                Assert.Equal((then.QueueId, then.MessageId!.Length), (now.QueueId, now.MessageId!.Length));
                Assert.Equal(Sent(recording), Stored(broker, now.MessageId));
            }
        }
    }

    [Theory]
    [InlineData("json")]
    [InlineData("rocketmq")]
    public async Task Recorded_messages_are_given_back_as_they_were(string serialization)
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var before = broker.Context.Store.CommitLogMaxOffset;
        foreach (var recording in Recording.Load(serialization, "CONSUMER_SEND_MSG_BACK"))
        {
            using var connection = await RawConnection.OpenAsync(broker);

            var answer = await connection.AskAsync(recording.Frame);

            Assert.Equal((recording.Response!.ResponseCode, recording.Response.Remark), (answer.ResponseCode, answer.Remark));
            Assert.True(broker.Context.Store.CommitLogMaxOffset > before);
            before = broker.Context.Store.CommitLogMaxOffset;
        }
    }

    /// <summary>The recorded broker waited for a slave, which had left at times; ours has none to wait for.</summary>
    private static ResponseCode Code(Recording recording) => recording.Response!.ResponseCode is var code && code == ResponseCode.SlaveNotAvailable
        ? ResponseCode.Success
        : code;

    private static List<string> Sent(Recording recording)
    {
        var bodies = new List<string>();
        if (!recording.Request.ReadHeader<SendMessageRequestHeader>().Batch)
        {
            return [Convert.ToHexString(recording.Request.Body.Span)];
        }

        var items = new BatchMessageReader(recording.Request.Body.Span);
        while (items.Read())
        {
            bodies.Add(Convert.ToHexString(items.Body));
        }

        return bodies;
    }

    private static List<string> Stored(TestBroker broker, string messageIds)
    {
        var bodies = new List<string>();
        foreach (var text in messageIds.Split(','))
        {
            Assert.True(OffsetMessageId.TryParse(text, out var id));
            Assert.True(MessageRecordView.TryParse(broker.Context.Store.ReadRecord(id.PhysicalOffset)!, out var record));
            bodies.Add(Convert.ToHexString(record.Body));
        }

        return bodies;
    }
}
