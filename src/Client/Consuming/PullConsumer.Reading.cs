using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Reading a whole topic as a stream.</summary>
public sealed partial class PullConsumer
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Reads all queues of a topic from the group's offsets on, and waits for more at the end, until it is cancelled. Messages of one queue
    /// come in order. A message counts as consumed when the next one is asked for; offsets are stored every few seconds and on disposal,
    /// so after a crash a few messages come again. Failures of brokers are logged and repaired; queues that are added later are not read.
    /// </summary>
    /// <param name="topic">Topic.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RouteNotFoundException">The topic does not exist.</exception>
    /// <exception cref="ObjectDisposedException">The consumer was disposed meanwhile.</exception>
    public async IAsyncEnumerable<MessageExt> ReadAllAsync(
        string topic, FilterExpression? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var queues = await GetQueuesAsync(topic, cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = Channel.CreateBounded<MessageExt>(new BoundedChannelOptions(_options.ReadAhead) { SingleReader = true });
        var readers = queues.Select(queue => Task.Run(() => ReadQueueAsync(queue, filter, found.Writer, stop.Token))).ToArray();
        try
        {
            await foreach (var message in found.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return message;
                SetOffset(new MessageQueue(topic, message.BrokerName, message.QueueId), message.QueueOffset + 1);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(readers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadQueueAsync(MessageQueue queue, FilterExpression? filter, ChannelWriter<MessageExt> found, CancellationToken stop)
    {
        long? next = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                next ??= await StartOffsetAsync(queue, stop).ConfigureAwait(false);
                var result = await PullOrWaitAsync(queue, next.Value, 32, filter, stop).ConfigureAwait(false);
                foreach (var message in result.Messages)
                {
                    await found.WriteAsync(message, stop).ConfigureAwait(false);
                }

                next = result.NextOffset;
            }
            catch (RocketeerException failure)
            {
                _logger.PullFailed(failure, queue, next ?? -1);
                await Task.Delay(AfterFailure, _backend.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
#pragma warning disable CA1031 // the caller gets it from the stream, which would else stand still without a word
            catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                found.TryComplete(failure);
                return;
            }
        }
    }

    private async ValueTask<long> StartOffsetAsync(MessageQueue queue, CancellationToken stop) =>
        await FetchOffsetAsync(queue, stop).ConfigureAwait(false)
            ?? (_options.ReadFrom == ConsumeFrom.FirstOffset
                ? await GetMinOffsetAsync(queue, stop).ConfigureAwait(false)
                : await GetMaxOffsetAsync(queue, stop).ConfigureAwait(false));
}
