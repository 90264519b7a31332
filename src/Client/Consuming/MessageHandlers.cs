using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Handles one message. Called by up to <see cref="PushConsumerOptions.ConsumeThreads"/> callers at once, in no order.</summary>
/// <param name="message">The message; its body is inflated, its topic is the one it was sent to, also when it is retried.</param>
/// <param name="cancellationToken">
/// Fires when the message has been in work longer than <see cref="PushConsumerOptions.ConsumeTimeout"/> (it is delivered again then),
/// and when the consumer stops and its grace period is over.
/// </param>
/// <returns>The outcome; an exception means <see cref="ConsumeResult.RetryLater"/>.</returns>
public delegate ValueTask<ConsumeResult> MessageHandler(MessageExt message, CancellationToken cancellationToken);

/// <summary>Handles up to <see cref="PushConsumerOptions.BatchSize"/> messages of one queue.</summary>
/// <param name="messages">The messages by ascending offset; valid during the call.</param>
/// <param name="cancellationToken">As for <see cref="MessageHandler"/>.</param>
/// <returns>How many of them are done; an exception means none.</returns>
public delegate ValueTask<BatchConsumeResult> BatchMessageHandler(IReadOnlyList<MessageExt> messages, CancellationToken cancellationToken);

/// <summary>
/// Handles one message. Messages of one queue come one after the other, in the order in which they are stored; up to
/// <see cref="PushConsumerOptions.ConsumeThreads"/> queues are worked on at once.
/// </summary>
/// <param name="message">The message; its body is inflated.</param>
/// <param name="cancellationToken">
/// Fires when the message has been in work longer than <see cref="PushConsumerOptions.ConsumeTimeout"/>, and when the consumer stops and its
/// grace period is over. A handler that ignores it holds its queue: nothing may overtake it.
/// </param>
/// <returns>The outcome; an exception means <see cref="OrderedResult.Suspend"/>.</returns>
public delegate ValueTask<OrderedResult> OrderedMessageHandler(MessageExt message, CancellationToken cancellationToken);

/// <summary>Handles up to <see cref="PushConsumerOptions.BatchSize"/> messages of one queue, in order.</summary>
/// <param name="messages">The messages by ascending offset; valid during the call.</param>
/// <param name="cancellationToken">As for <see cref="OrderedMessageHandler"/>.</param>
/// <returns>The outcome of all of them; an exception means <see cref="OrderedResult.Suspend"/>.</returns>
public delegate ValueTask<OrderedResult> OrderedBatchMessageHandler(IReadOnlyList<MessageExt> messages, CancellationToken cancellationToken);
