using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.LongPolling;

namespace Rocketeer.Broker.Filtering;

/// <summary>
/// Pulls whose filter reads records. One may read 800 of them, from the disk too, so they run behind a bounded queue instead of on an event
/// loop. Thread-safe.
/// </summary>
internal sealed class FilteredPulls : IAsyncDisposable
{
    private readonly Channel<(HeldPull Pull, bool MaySuspend)> _waiting;
    private readonly ILogger<FilteredPulls> _logger;
    private Action<HeldPull, bool>? _answer;
    private Task[] _workers = [];

    /// <summary>Creates an empty queue.</summary>
    /// <param name="capacity">Pulls that may wait.</param>
    /// <param name="logger">Told of pulls that fail.</param>
    public FilteredPulls(int capacity, ILogger<FilteredPulls> logger)
    {
        _waiting = Channel.CreateBounded<(HeldPull, bool)>(capacity);
        _logger = logger;
    }

    /// <summary>Begins to work.</summary>
    /// <param name="concurrency">Pulls in work at once.</param>
    /// <param name="answer">Answers a pull; the flag tells whether it may be held instead.</param>
    public void Start(int concurrency, Action<HeldPull, bool> answer)
    {
        _answer = answer;
        _workers = [.. Enumerable.Range(0, concurrency).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Queues a pull.</summary>
    /// <returns>False when the queue is full, or the broker stops; nothing was queued.</returns>
    public bool TryEnqueue(HeldPull pull, bool maySuspend) => _waiting.Writer.TryWrite((pull, maySuspend));

    /// <summary>Answers what waits; takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    private async Task WorkAsync()
    {
        await foreach (var (pull, maySuspend) in _waiting.Reader.ReadAllAsync())
        {
            if (!pull.Responder.Connection.IsOpen)
            {
                continue;
            }

            try
            {
                _answer!(pull, maySuspend);
            }
#pragma warning disable CA1031 // one pull that cannot be answered must not stop the others; its consumer runs into its time-out
            catch (Exception e)
#pragma warning restore CA1031
            {
                _logger.FilteredPullFailed(e, pull.Request.ConsumerGroup, pull.Request.Topic, pull.Request.QueueId);
            }
        }
    }
}
