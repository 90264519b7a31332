using System.Runtime.CompilerServices;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <content>Sends of single messages: to any queue, to a chosen one, without an answer.</content>
public sealed partial class Producer
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Sends a message to a queue of its topic, each in turn, and to another broker if one fails. Completes when a broker has stored it.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="MessageIllegalException">The message breaks a rule; nothing was sent.</exception>
    /// <exception cref="RouteNotFoundException">There is no queue to send to.</exception>
    /// <exception cref="SendTimeoutException">It took longer than <see cref="ProducerOptions.SendTimeout"/>.</exception>
    /// <exception cref="RocketeerException">The last attempt failed: <see cref="BrokerRejectedException"/>, <see cref="BrokerUnreachableException"/>,
    /// <see cref="RequestTimeoutException"/>, <see cref="NameServerUnavailableException"/>, <see cref="ClientOverloadedException"/>.</exception>
    /// <exception cref="ObjectDisposedException">The producer was disposed.</exception>
    public Task<SendResult> SendAsync(Message message, CancellationToken cancellationToken = default) =>
        SendOneAsync(message, default, cancellationToken);

    /// <summary>Sends a message within a time of its own instead of <see cref="ProducerOptions.SendTimeout"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="timeout">Longest time for all attempts, lookups and waiting for room together; at least 1 ms.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is shorter.</exception>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync(Message message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, ShortestTimeout);
        return SendOneAsync(message, default, new SendDeadline(_client.Clock, timeout), cancellationToken).AsTask();
    }

    /// <summary>Sends a message to one queue, once: there is no second attempt, so that messages cannot overtake each other.</summary>
    /// <param name="message">The message.</param>
    /// <param name="queue">A queue of its topic, from <see cref="GetQueuesAsync"/> or a result.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync(Message message, MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return SendOneAsync(message, new Destination(queue, null), cancellationToken);
    }

    /// <summary>Sends a message to the queue that a selector chooses, once: there is no second attempt.</summary>
    /// <param name="message">The message.</param>
    /// <param name="selector">Chooses among the queues of the topic; <see cref="QueueSelectors"/> has the usual ones.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync(Message message, QueueSelector selector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return SendOneAsync(message, new Destination(null, selector), cancellationToken);
    }

    /// <summary>
    /// Sends a message to the queue of its order key, once: messages with the same key that are awaited one after the other are stored,
    /// and by an orderly consumer handled, in that order, as long as the topic keeps its queues.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="orderKey">What must stay in order, for example the number of an order.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <exception cref="RocketeerException">As for <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<SendResult> SendAsync(Message message, string orderKey, CancellationToken cancellationToken = default) =>
        SendAsync(message, QueueSelectors.ByKey(orderKey), cancellationToken);

    /// <summary>
    /// Sends a message and wants no answer: fast, and without any knowledge whether a broker stored it. Completes when it is handed to the connection.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RocketeerException">It could not be handed to a connection; the leaves are those of <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task SendOneWayAsync(Message message, CancellationToken cancellationToken = default) =>
        SendOneAsync(message, new Destination { IsOneWay = true }, cancellationToken);

    /// <summary>Sends a message to one queue and wants no answer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="queue">A queue of its topic.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RocketeerException">It could not be handed to a connection.</exception>
    public Task SendOneWayAsync(Message message, MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return SendOneAsync(message, new Destination(queue, null) { IsOneWay = true }, cancellationToken);
    }

    /// <summary>Sends a message to the queue that a selector chooses and wants no answer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="selector">Chooses among the queues of the topic.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RocketeerException">It could not be handed to a connection.</exception>
    public Task SendOneWayAsync(Message message, QueueSelector selector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return SendOneAsync(message, new Destination(null, selector) { IsOneWay = true }, cancellationToken);
    }

    private Task<SendResult> SendOneAsync(Message message, Destination destination, CancellationToken cancellationToken) =>
        SendOneAsync(message, destination, new SendDeadline(_client.Clock, _options.SendTimeout), cancellationToken).AsTask();

    // What the caller awaits is a small task; the state of the send, which is large, is used again.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SendResult> SendOneAsync(
        Message message, Destination destination, SendDeadline deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        _encoder.Check(message);
        using var activity = ClientInstruments.StartSend(message.Topic, Group);
        await EnterAsync(message.Body.Length, deadline, cancellationToken).ConfigureAwait(false);
        string? error = null;
        ClientInstruments.SendBegins();
        try
        {
            var id = message.SystemProperties?.GetValueOrDefault(PropertyNames.UniqueKey) ?? _client.MessageIds.Next();
            return await AttemptAsync(_encoder.Encode(message, id), id, message, destination, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            error = failure.GetType().Name;
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            _inFlight.Exit(message.Body.Length);
            ClientInstruments.SendEnds(message.Topic, 1, deadline.Elapsed, error);
        }
    }

    private async ValueTask EnterAsync(long bytes, SendDeadline deadline, CancellationToken cancellationToken)
    {
        if (!await _inFlight.EnterAsync(bytes, deadline.Remaining, cancellationToken).ConfigureAwait(false))
        {
            throw new SendTimeoutException(
                $"Nothing was sent: {_inFlight.Messages} messages are on their way and none made room within {deadline.Timeout.TotalMilliseconds:0} ms.", 0);
        }
    }

    /// <summary>Where a message goes: nowhere in particular (default), to a queue, or to the one a selector chooses.</summary>
    private readonly record struct Destination(MessageQueue? Queue, QueueSelector? Selector)
    {
        public bool IsOneWay { get; init; }

        public bool IsAny => Queue is null && Selector is null;
    }
}
