using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tracing;

/// <summary>Makes the records of one consumer. Thread-safe.</summary>
internal sealed class HandlingTracer(
    TraceDispatcher dispatcher, TraceOptions options, string group, UniqueMessageId ids, TimeProvider clock)
{
    /// <summary>A handler is about to be called.</summary>
    /// <returns>Names the call.</returns>
    public string Begin(ReadOnlySpan<MessageExt> messages)
    {
        var requestId = ids.Next();
        var now = clock.GetUtcNow();
        foreach (var message in messages)
        {
            if (IsTraced(message))
            {
                dispatcher.Add(options.Topic, new HandlingBeginTrace(message.MessageId, message.Keys)
                {
                    Time = now,
                    Region = message.Property(PropertyNames.MessageRegion),
                    Group = group,
                    RequestId = requestId,
                    RetryTimes = message.ReconsumeTimes,
                });
            }
        }

        return requestId;
    }

    /// <summary>The handler returned.</summary>
    /// <param name="requestId">What <see cref="Begin"/> gave.</param>
    /// <param name="messages">Messages of the call.</param>
    /// <param name="done">How many of them are done.</param>
    /// <param name="elapsed">Time of the call.</param>
    /// <param name="timeout">Longest time it may take.</param>
    /// <param name="threw">True if it threw.</param>
    public void End(string requestId, ReadOnlySpan<MessageExt> messages, int done, TimeSpan elapsed, TimeSpan timeout, bool threw)
    {
        for (var index = 0; index < messages.Length; index++)
        {
            if (IsTraced(messages[index]))
            {
                dispatcher.Add(options.Topic, new HandlingEndTrace(messages[index].MessageId, messages[index].Keys)
                {
                    RequestId = requestId,
                    Cost = elapsed / messages.Length,
                    Succeeded = index < done,
                    End = threw ? HandlingEnd.Threw
                        : elapsed >= timeout ? HandlingEnd.TimedOut
                        : index < done ? HandlingEnd.Succeeded
                        : HandlingEnd.Failed,
                });
            }
        }
    }

    private bool IsTraced(MessageExt message) =>
        message.Property(PropertyNames.TraceSwitch) != "false" && options.IsTraced(message.Topic);
}
