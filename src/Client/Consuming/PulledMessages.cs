using System.Globalization;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Makes pulled records what handlers see.</summary>
internal static class PulledMessages
{
    /// <summary>Decodes a pull answer: where the messages came from, the bounds of their queue, the topic they were first sent to.</summary>
    public static MessageExt[] Decode(ReadOnlyMemory<byte> body, string group, MessageQueue queue, long minOffset, long maxOffset)
    {
        var messages = MessageDecoder.DecodeAll(body).ToArray();
        var (min, max) = (minOffset.ToString(CultureInfo.InvariantCulture), maxOffset.ToString(CultureInfo.InvariantCulture));
        foreach (var message in messages)
        {
            message.BrokerName = queue.BrokerName;
            message.Properties[PropertyNames.MinOffset] = min;
            message.Properties[PropertyNames.MaxOffset] = max;
            RestoreTopic(message, group);
        }

        return messages;
    }

    /// <summary>Gives a message of the group's retry topic the topic that it was first sent to.</summary>
    public static void RestoreTopic(MessageExt message, string group)
    {
        if (message.Topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal)
            && message.Topic.AsSpan(TopicNames.RetryPrefix.Length).SequenceEqual(group)
            && message.Property(PropertyNames.RetryTopic) is { Length: > 0 } original)
        {
            message.Topic = original;
        }
    }
}
