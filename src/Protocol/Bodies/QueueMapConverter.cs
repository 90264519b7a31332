using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>A map with queues for keys. 4.4.0 reads only objects in the place of the keys, so that is what is written.</summary>
internal sealed class QueueMapConverter<TValue> : RawKeyMapConverter<MessageQueue, TValue>
{
    protected override MessageQueue ParseKey(string text, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(text, Contract(options)) ?? throw new JsonException("A key of the map is no queue.");

    protected override void WriteKey(Utf8JsonWriter fragment, MessageQueue key, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(fragment, key, Contract(options));

    private static JsonTypeInfo<MessageQueue> Contract(JsonSerializerOptions options) =>
        (JsonTypeInfo<MessageQueue>)options.GetTypeInfo(typeof(MessageQueue));
}
