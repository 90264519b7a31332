using System.Buffers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Serialization;

/// <summary>Values in messages, for those who send or receive other than by the typed methods.</summary>
public static class MessageContent
{
    /// <summary>Name of the property that says what a body is; the name under which Spring's clients write it too.</summary>
    public const string ContentType = "contentType";

    /// <summary>Reads the value of a message.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="serializer">Reads the body.</param>
    /// <param name="message">The message; one that does not say what its body is is tried.</param>
    /// <exception cref="MessageFormatException">The body is something else, or cannot be read.</exception>
    public static T Read<T>(this IMessageSerializer serializer, MessageExt message)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(message);
        if (message.Property(ContentType) is { } type && !IsSame(type, serializer.ContentType))
        {
            throw new MessageFormatException(
                $"Message {message.MessageId} of topic '{message.Topic}' says that it is '{type}', and the serializer reads '{serializer.ContentType}'.");
        }

        try
        {
            return serializer.Deserialize<T>(message.Body)
                ?? throw new MessageFormatException($"Message {message.MessageId} of topic '{message.Topic}' holds null where a {typeof(T).Name} belongs.");
        }
        catch (Exception failure) when (failure is not (MessageFormatException or NotSupportedException))
        {
            throw new MessageFormatException(
                $"Message {message.MessageId} of topic '{message.Topic}' cannot be read as a {typeof(T).Name}: {failure.Message}", failure);
        }
    }

    /// <summary>Writes a value as the body of a message.</summary>
    internal static ReadOnlyMemory<byte> Write<T>(this IMessageSerializer serializer, T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        serializer.Serialize(writer, value);
        return writer.WrittenMemory;
    }

    // Parameters such as a charset do not make another kind of body.
    private static bool IsSame(ReadOnlySpan<char> type, ReadOnlySpan<char> wanted) =>
        MediaType(type).Equals(MediaType(wanted), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> MediaType(ReadOnlySpan<char> type) =>
        (type.IndexOf(';') is >= 0 and var end ? type[..end] : type).Trim();
}
