using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Hands pulled messages to one reader, who asks for them. What waits is bounded by the windows of the queues.</summary>
internal sealed class StreamConsumption(ConsumerContext consumer) : IConsumption
{
    private readonly Channel<Portion> _waiting = Channel.CreateUnbounded<Portion>(new UnboundedChannelOptions { SingleReader = true });
    private volatile bool _stopped;
    private Portion _rest;    // what the reader has not been given yet of the portion it is at
    private Portion _given;   // the message that counts when the next one is asked for

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

    /// <summary>
    /// Gives messages until it is cancelled or the consumption stops; those of queues that were given up or moved are left out. One stream at a
    /// time; the next one goes on where this one was left.
    /// </summary>
    /// <param name="countAtOnce">True: a message counts as consumed when it is given; false: when the next one is asked for.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<MessageExt> ReadAsync(bool countAtOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!_stopped)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CountGiven();
            while (_rest.Messages.Count == 0)
            {
                if (!await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield break;
                }

                _waiting.Reader.TryRead(out _rest);
            }

            var (window, messages) = _rest;
            if (_stopped || !window.TryStart(messages[..1], consumer.Clock.GetTimestamp(), consumer.NowMs))
            {
                _rest = default;
                continue;
            }

            _rest = new Portion(window, messages[1..]);
            _given = new Portion(window, messages[..1]);
            if (countAtOnce)
            {
                CountGiven();
            }

            yield return messages[0];
        }
    }

    private void CountGiven()
    {
        if (_given.Messages.Count > 0)
        {
            _given.Window.Finish(_given.Messages, consumer.Offsets);
            consumer.Statistics.Consumed(_given.Window.Queue.Topic, 1, 0, TimeSpan.Zero);
            _given = default;
        }
    }

    private readonly record struct Portion(ProcessQueue Window, ArraySegment<MessageExt> Messages);
}
