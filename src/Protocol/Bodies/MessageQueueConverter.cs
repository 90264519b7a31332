using System.Text.Json;
using System.Text.Json.Serialization;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Queues: <c>{"brokerName":…,"queueId":…,"topic":…}</c>.</summary>
internal sealed class MessageQueueConverter : JsonConverter<MessageQueue>
{
    public override MessageQueue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A queue is expected.");
        }

        string topic = "", brokerName = "";
        var queueId = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "topic":
                    topic = reader.GetString() ?? "";
                    break;
                case "brokerName":
                    brokerName = reader.GetString() ?? "";
                    break;
                case "queueId":
                    queueId = reader.TokenType == JsonTokenType.String
                        ? int.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
                        : reader.GetInt32();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new MessageQueue(topic, brokerName, queueId);
    }

    public override void Write(Utf8JsonWriter writer, MessageQueue value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("brokerName"u8, value.BrokerName);
        writer.WriteNumber("queueId"u8, value.QueueId);
        writer.WriteString("topic"u8, value.Topic);
        writer.WriteEndObject();
    }
}
