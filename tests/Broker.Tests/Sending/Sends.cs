using System.Buffers;
using System.Text;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Sending;

/// <summary>Sends as producers make them.</summary>
internal static class Sends
{
    public const string Topic = "TestTopic";

    public static SendMessageRequestHeader Header(string topic = Topic, int queueId = 0, string? properties = null) => new()
    {
        ProducerGroup = "PID_Test",
        Topic = topic,
        QueueId = queueId,
        BornTimestamp = 1_700_000_000_000,
        Properties = properties,
        ReconsumeTimes = 0,
    };

    public static RemotingCommand Request(SendMessageRequestHeader header, byte[] body, RequestCode code = RequestCode.SendMessageV2) =>
        RemotingCommand.Request(code, header with { UseLongNames = code == RequestCode.SendMessage }, body);

    public static Task<RemotingCommand> SendAsync(
        this TestBroker broker, SendMessageRequestHeader header, string body = "body", RequestCode code = RequestCode.SendMessageV2) =>
        broker.SendAsync(header, Encoding.UTF8.GetBytes(body), code);

    public static Task<RemotingCommand> SendAsync(
        this TestBroker broker, SendMessageRequestHeader header, byte[] body, RequestCode code = RequestCode.SendMessageV2) =>
        broker.AskAsync(code, header with { UseLongNames = code == RequestCode.SendMessage }, body);

    /// <summary>Sends, expects that the message is stored, and reads the answer.</summary>
    public static async Task<SendMessageResponseHeader> SendOkAsync(
        this TestBroker broker, SendMessageRequestHeader header, string body = "body", RequestCode code = RequestCode.SendMessageV2)
    {
        var answer = await broker.SendAsync(header, body, code);
        Assert.True(answer.ResponseCode == ResponseCode.Success, $"{answer.ResponseCode}: {answer.Remark}");
        return answer.ReadHeader<SendMessageResponseHeader>();
    }

    /// <summary>The messages of a queue from its beginning, as soon as there are so many.</summary>
    public static async Task<List<MessageExt>> StoredAsync(this TestBroker broker, string topic, int queueId, int count)
    {
        var store = broker.Context.Store;
        await TestBroker.EventuallyAsync(() => store.MaxOffset(topic, queueId) >= count, $"{count} messages in {topic}:{queueId}");
        var messages = new List<MessageExt>();
        for (var offset = 0L; offset < store.MaxOffset(topic, queueId); offset++)
        {
            messages.Add(Decode(store.ReadRecord(store.CommitOffset(topic, queueId, offset))!));
        }

        return messages;
    }

    public static byte[] Batch(params (string Body, string Properties)[] items)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (body, properties) in items)
        {
            BatchMessageCodec.Append(output, 0, Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes(properties));
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>A properties string of names and values.</summary>
    public static string Properties(params (string Name, string Value)[] properties) =>
        MessageProperties.Encode(properties.Select(property => new KeyValuePair<string, string>(property.Name, property.Value)));

    public static MessageExt Decode(ReadOnlyMemory<byte> record) => Assert.Single(MessageDecoder.DecodeAll(record));

    public static string Text(this MessageExt message) => Encoding.UTF8.GetString(message.Body.Span);
}
