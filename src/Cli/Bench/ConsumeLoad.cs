using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Bench;

/// <summary>Consumes as fast as it goes: reading every queue, or as a push consumer does for an application.</summary>
internal sealed class ConsumeLoad(ConsumeLoadOptions options, Func<RocketeerClient> connect, TimeProvider clock)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);
    private readonly LoadWindow _window = new(options.Plan, clock);

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var client = connect();
        await (options.Push ? PushAsync(client, cancellationToken) : PullAsync(client, cancellationToken));
        return _window.Report("consume", options.Topic, options.Batch) with { Consumer = options.Push ? "push" : "pull" };
    }

    private async Task PullAsync(RocketeerClient client, CancellationToken cancellationToken)
    {
        await using var consumer = client.CreatePullConsumer(options.Group);
        using var stop = new CancellationTokenSource();
        var queues = await consumer.GetQueuesAsync(options.Topic, cancellationToken);
        var loops = queues.Select(queue => Task.Run(() => PullQueueAsync(consumer, queue, stop.Token), CancellationToken.None)).ToArray();
        await _window.RunAsync(cancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PullQueueAsync(PullConsumer consumer, MessageQueue queue, CancellationToken stop)
    {
        long? next = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                next ??= await StartOfAsync(consumer, queue, stop).ConfigureAwait(false);
                var result = await consumer.PullOrWaitAsync(queue, next.Value, options.Batch, null, stop).ConfigureAwait(false);
                Count(result.Messages);
                next = result.NextOffset;
                consumer.SetOffset(queue, next.Value);
            }
            catch (RocketeerException failure)
            {
                _window.PullFailed(failure);
                await Task.Delay(AfterFailure, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Brokers say that a new group is at the first message of a young queue, so its offset cannot tell a new group from an old one.
    private async Task<long> StartOfAsync(PullConsumer consumer, MessageQueue queue, CancellationToken stop) => options.FromLast
        ? await consumer.GetMaxOffsetAsync(queue, stop).ConfigureAwait(false)
        : await consumer.FetchOffsetAsync(queue, stop).ConfigureAwait(false)
            ?? await consumer.GetMinOffsetAsync(queue, stop).ConfigureAwait(false);

    private async Task PushAsync(RocketeerClient client, CancellationToken cancellationToken)
    {
        await using var consumer = client.CreatePushConsumer(options.Group, settings =>
        {
            settings.ConsumeFrom = options.FromLast ? ConsumeFrom.LastOffset : ConsumeFrom.FirstOffset;
            settings.BatchSize = options.Batch;
            settings.PullBatchSize = options.Batch;
        });
        consumer.Subscribe(options.Topic);
        await consumer.StartBatchesAsync(
            (messages, _) =>
            {
                Count(messages);
                return ValueTask.FromResult(BatchConsumeResult.Success);
            },
            cancellationToken);
        await _window.RunAsync(cancellationToken);
    }

    private void Count(IReadOnlyList<MessageExt> messages)
    {
        for (var index = 0; index < messages.Count; index++)
        {
            _window.Arrived(messages[index].Body.Length, messages[index].BornTimestamp);
        }
    }
}

/// <summary>What a consume benchmark reads.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Group">Consumer group; it goes on where the group is.</param>
/// <param name="Batch">Messages of one pull; brokers give at most 32 unless told otherwise.</param>
/// <param name="FromLast">True: only messages that come from now on; a push consumer that has an offset goes on there all the same.</param>
/// <param name="Push">True: as a member of the group, through a push consumer; false: every queue, by pulling.</param>
/// <param name="Plan">How long.</param>
internal sealed record ConsumeLoadOptions(string Topic, string Group, int Batch, bool FromLast, bool Push, LoadPlan Plan);
