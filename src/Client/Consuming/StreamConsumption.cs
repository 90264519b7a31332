using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Hands pulled messages to one reader, who asks for them. What waits is bounded by the windows of the queues.</summary>
internal sealed class StreamConsumption(ConsumerContext consumer) : IConsumption
{
    private readonly Channel<Portion> _waiting = Channel.CreateUnbounded<Portion>(new UnboundedChannelOptions { SingleReader = true });
    private volatile bool _stopped;

    public void Start()
    {
        // There is nothing to start: the reader comes when it wants.
    }

    public void Submit(ProcessQueue window, ArraySegment<MessageExt> messages) => _waiting.Writer.TryWrite(new Portion(window, messages));

    public ValueTask<DirectConsumption?> ConsumeDirectlyAsync(MessageExt message, CancellationToken cancellationToken) => default;

    public Task StopAsync(TimeSpan grace)
    {
        _stopped = true;
        _waiting.Writer.TryComplete();
        return Task.CompletedTask;
    }

    /// <summary>Gives messages until it is cancelled or the consumption stops; those of queues that were given up or moved are left out.</summary>
    /// <param name="countAtOnce">True: a message counts as consumed when it is given; false: when the next one is asked for.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<MessageExt> ReadAsync(bool countAtOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (window, messages) in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var message in messages)
            {
                if (_stopped || !window.TryStart([message], consumer.Clock.GetTimestamp(), consumer.NowMs))
                {
                    break;
                }

                if (countAtOnce)
                {
                    Count(window, message);
                }

                yield return message;
                if (!countAtOnce)
                {
                    Count(window, message);
                }
            }
        }
    }

    private void Count(ProcessQueue window, MessageExt message)
    {
        window.Finish([message], consumer.Offsets);
        consumer.Statistics.Consumed(window.Queue.Topic, 1, 0, TimeSpan.Zero);
    }

    private readonly record struct Portion(ProcessQueue Window, ArraySegment<MessageExt> Messages);
}
