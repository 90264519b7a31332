using Rocketeer.Client.Serialization;

namespace Rocketeer.Client;

/// <summary>A message to send whose body a serializer makes from a value when it is sent.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="topic">Topic; 1 to 127 letters, digits, '_', '-', '%', '|'.</param>
/// <param name="value">The value.</param>
/// <example><code>
/// new Message&lt;Order&gt;("orders", order) { Tag = "paid", Keys = [order.Number] }
/// </code></example>
public sealed class Message<T>(string topic, T value)
{
    /// <summary>Topic.</summary>
    public string Topic { get; } = topic ?? throw new ArgumentNullException(nameof(topic));

    /// <summary>The value.</summary>
    public T Value { get; } = value;

    /// <inheritdoc cref="Message.Tag"/>
    public string? Tag { get; init; }

    /// <inheritdoc cref="Message.Keys"/>
    public IReadOnlyCollection<string> Keys { get; init; } = [];

    /// <inheritdoc cref="Message.DelayLevel"/>
    public int DelayLevel { get; init; }

    /// <inheritdoc cref="Message.Properties"/>
    public IDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The message with a body: for batches, transactions and whatever else takes plain messages.</summary>
    /// <param name="serializer">Makes the body, usually <see cref="RocketeerClient.Serializer"/>; its content type becomes a property.</param>
    public Message ToMessage(IMessageSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return new Message(Topic, serializer.Write(Value))
        {
            Tag = Tag,
            Keys = Keys,
            DelayLevel = DelayLevel,
            Properties = new Dictionary<string, string>(Properties, StringComparer.Ordinal) { [MessageContent.ContentType] = serializer.ContentType },
        };
    }
}
