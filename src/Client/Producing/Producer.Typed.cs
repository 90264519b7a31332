namespace Rocketeer.Client.Producing;

/// <content>Sends of values, whose bodies the client's serializer makes.</content>
public sealed partial class Producer
{
    /// <summary>Sends a value to a queue of a topic; as <see cref="SendAsync(Message, CancellationToken)"/>.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="topic">Topic.</param>
    /// <param name="value">The value; <see cref="RocketeerClientOptions.Serializer"/> makes the body.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync<T>(string topic, T value, CancellationToken cancellationToken = default) =>
        SendAsync(new Message<T>(topic, value), cancellationToken);

    /// <summary>Sends a message with a value; as <see cref="SendAsync(Message, CancellationToken)"/>.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="message">The message; <see cref="RocketeerClientOptions.Serializer"/> makes its body.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync<T>(Message<T> message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendAsync(message.ToMessage(_client.Serializer), cancellationToken);
    }

    /// <summary>Sends a message with a value to the queue of its order key; as <see cref="SendAsync(Message, string, CancellationToken)"/>.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="message">The message; <see cref="RocketeerClientOptions.Serializer"/> makes its body.</param>
    /// <param name="orderKey">What must stay in order.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync<T>(Message<T> message, string orderKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendAsync(message.ToMessage(_client.Serializer), orderKey, cancellationToken);
    }
}
