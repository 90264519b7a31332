using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Client.Producing;

namespace Rocketeer.Client.Tracing;

/// <summary>
/// Sends trace records in the background, many in one message. What comes while <see cref="MaxWaiting"/> wait is dropped and counted: traces
/// neither hold anybody up nor take memory without end. One per client. Thread-safe.
/// </summary>
internal sealed class TraceDispatcher : IAsyncDisposable
{
    /// <summary>The original's name of the group that sends traces.</summary>
    public const string ProducerGroup = "_INNER_TRACE_PRODUCER";

    /// <summary>Records that may wait.</summary>
    public const int MaxWaiting = 16_384;

    /// <summary>How long the first record waits for others.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);

    // Brokers that cannot be reached, or have no such topic, are not asked again for each record.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<(string Topic, TraceRecord Record)> _waiting =
        Channel.CreateBounded<(string, TraceRecord)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;
    private long _dropped;

    /// <summary>Begins to wait for records.</summary>
    public TraceDispatcher(Producer producer, TimeProvider clock, ILogger logger)
    {
        Producer = producer;
        _clock = clock;
        _logger = logger;

        // It belongs to the client, not to the request or span in which somebody happens to make the first producer with a trace.
        using (ExecutionContext.SuppressFlow())
        {
            _working = Task.Run(WorkAsync);
        }
    }

    /// <summary>Sends the traces.</summary>
    public Producer Producer { get; }

    /// <summary>Records that wait now.</summary>
    public int Waiting => _waiting.Reader.Count;

    /// <summary>How the producer of traces sends.</summary>
    public static ProducerOptions Settings => new() { Group = ProducerGroup, SendTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>Takes a record; never waits, never fails.</summary>
    public void Add(string topic, TraceRecord record)
    {
        if (!_waiting.Writer.TryWrite((topic, record)))
        {
            Drop(1);
        }
    }

    /// <summary>Sends what waits, for at most a second and the send under way, and ends the producer.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _working.WaitAsync(StopGrace, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Producer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        var token = _stopping.Token;
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await Task.Delay(Linger, _clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (await SendWaitingAsync().ConfigureAwait(false))
            {
                continue;
            }

            await Task.Delay(AfterFailure, _clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (token.IsCancellationRequested)
            {
                Drop(_waiting.Reader.Count);
                break;
            }
        }

        ReportDropped();
    }

    /// <returns>False if a message could not be sent.</returns>
    private async ValueTask<bool> SendWaitingAsync()
    {
        var batches = new Dictionary<string, TraceBatch>(StringComparer.Ordinal);
        var sent = true;
        for (var left = MaxWaiting; sent && left > 0 && _waiting.Reader.TryRead(out var next); left--)
        {
            var batch = BatchOf(next.Topic);
            if (!batch.TryAdd(next.Record))
            {
                batches.Remove(next.Topic);
                sent = await SendAsync(batch).ConfigureAwait(false);
                BatchOf(next.Topic).TryAdd(next.Record);
            }
        }

        foreach (var batch in batches.Values)
        {
            sent &= await SendAsync(batch).ConfigureAwait(false);
        }

        ReportDropped();
        return sent;

        TraceBatch BatchOf(string topic)
        {
            if (!batches.TryGetValue(topic, out var batch))
            {
                batches.Add(topic, batch = new TraceBatch(topic));
            }

            return batch;
        }
    }

    private async ValueTask<bool> SendAsync(TraceBatch batch)
    {
        try
        {
            await Producer.SendAsync(batch.ToMessage()).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // whatever keeps traces from being sent, those that come later are tried again
        catch (Exception failure)
#pragma warning restore CA1031
        {
            ClientInstruments.TracesDropped(batch.Count);
            _logger.TraceNotSent(failure, batch.Count);
            return false;
        }
    }

    private void Drop(int records)
    {
        Interlocked.Add(ref _dropped, records);
        ClientInstruments.TracesDropped(records);
    }

    private void ReportDropped()
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            _logger.TracesDropped(dropped);
        }
    }
}
