using Rocketeer.Client.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <content>Sends of many messages in few requests.</content>
public sealed partial class Producer
{
    /// <summary>
    /// Sends messages of one topic together: one request, or several if they are longer than <see cref="ProducerOptions.MaxMessageBytes"/>
    /// together; those go one after the other, each to a queue of its own, and each has <see cref="ProducerOptions.SendTimeout"/>. Brokers
    /// store the messages of a request side by side, or none of them.
    /// </summary>
    /// <param name="messages">Messages of the same topic and <see cref="Message.WaitUntilStored"/>, without delay. Batches are not compressed.</param>
    /// <param name="cancellationToken">Ends the wait; messages may be stored all the same.</param>
    /// <returns>One result for each message, in their order.</returns>
    /// <exception cref="MessageIllegalException">A message breaks a rule; nothing was sent.</exception>
    /// <exception cref="BatchSendException">Some requests succeeded, then one failed.</exception>
    /// <exception cref="RocketeerException">The first request failed; the leaves are those of <see cref="SendAsync(Message, CancellationToken)"/>.</exception>
    public Task<IReadOnlyList<SendResult>> SendBatchAsync(IEnumerable<Message> messages, CancellationToken cancellationToken = default) =>
        SendPartsAsync(messages, default, cancellationToken);

    /// <summary>Sends messages of one topic together to one queue: in their order, and each request once, so that none overtakes another.</summary>
    /// <param name="messages">As for the other overload.</param>
    /// <param name="queue">A queue of their topic, from <see cref="GetQueuesAsync"/> or a result.</param>
    /// <param name="cancellationToken">Ends the wait; messages may be stored all the same.</param>
    /// <returns>One result for each message, in their order.</returns>
    /// <exception cref="RocketeerException">As for the other overload.</exception>
    public Task<IReadOnlyList<SendResult>> SendBatchAsync(
        IEnumerable<Message> messages, MessageQueue queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return SendPartsAsync(messages, new Destination(queue, null), cancellationToken);
    }

    private async Task<IReadOnlyList<SendResult>> SendPartsAsync(
        IEnumerable<Message> messages, Destination destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var batch = messages as IReadOnlyList<Message> ?? [.. messages];
        var results = new List<SendResult>(batch.Count);
        foreach (var part in _batches.Cut(batch, _client.MessageIds))
        {
            try
            {
                await SendPartAsync(part, batch[0].Topic, destination, results, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (results.Count > 0)
            {
                throw new BatchSendException(results, batch.Count, failure);
            }
        }

        return results;
    }

    private async Task SendPartAsync(
        BatchPart part, string topic, Destination destination, List<SendResult> results, CancellationToken cancellationToken)
    {
        var deadline = new SendDeadline(_client.Clock, _options.SendTimeout);
        using var activity = ClientInstruments.StartSend(topic, Group);
        await EnterAsync(part.Length, deadline, cancellationToken).ConfigureAwait(false);
        string? error = null;
        ClientInstruments.SendBegins();
        try
        {
            var result = await AttemptAsync(BatchEncoder.Encode(part), "", null, destination, deadline, cancellationToken).ConfigureAwait(false);
            results.AddRange(part.ResultsOf(result));
        }
        catch (Exception failure)
        {
            error = failure.GetType().Name;
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            _inFlight.Exit(part.Length);
            ClientInstruments.SendEnds(topic, part.Ids.Count, deadline.Elapsed, error);
        }
    }
}
