using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Reading a whole topic as a stream.</summary>
public sealed partial class PullConsumer
{
    private readonly ConcurrentDictionary<ConsumptionEngine, byte> _streams = new();

    /// <summary>
    /// Reads all queues of a topic from the group's offsets on, and waits for more at the end, until it is cancelled. Messages of one queue
    /// come in order. A message counts as consumed when the next one is asked for, one that the filter leaves out when all before it are;
    /// offsets are stored every few seconds and on disposal, so after a crash a few messages come again. Failures are logged and repaired;
    /// queues that are added later are not read. For a share of the group's queues, or commits of your own, see <see cref="LitePullConsumer"/>.
    /// </summary>
    /// <param name="topic">Topic.</param>
    /// <param name="filter">Which messages; null for all.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RouteNotFoundException">The topic does not exist.</exception>
    /// <exception cref="ObjectDisposedException">The consumer was disposed meanwhile.</exception>
    public async IAsyncEnumerable<MessageExt> ReadAllAsync(
        string topic, FilterExpression? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var context = new ConsumerContext(
            Group,
            new PushConsumerOptions { ConsumeFrom = _options.ReadFrom, MaxCachedPerTopic = _options.ReadAhead, MaxSpan = 65_535, PostSubscriptionWhenPull = true },
            _backend,
            new SharedOffsetStore(_offsets, queue => _queues.TryAdd(queue, 0)),
            _logger)
        {
            Assigned = await GetQueuesAsync(topic, cancellationToken).ConfigureAwait(false),
        };
        context.Subscribe(topic, filter ?? FilterExpression.All);
        var stream = new StreamConsumption(context);
        var engine = new ConsumptionEngine(context, stream);
        await using var ended = engine.ConfigureAwait(false);
        _streams.TryAdd(engine, 0);
        try
        {
            engine.Start();
            engine.Wake();
            await foreach (var message in stream.ReadAsync(countAtOnce: false, cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }

            ThrowIfDisposed();
        }
        finally
        {
            _streams.TryRemove(engine, out _);
        }
    }
}
