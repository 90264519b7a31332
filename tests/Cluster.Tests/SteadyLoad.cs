using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Rocketeer.Client;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

/// <summary>Senders that go on whatever happens to the brokers, and remember what was acknowledged, and where it was stored.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(20);
    private readonly RocketeerClient _client;
    private readonly Producer _producer;
    private readonly string _topic;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _senders;
    private long _next;
    private long _unconfirmed;
    private long _failed;

    /// <summary>Begins to send.</summary>
    /// <param name="client">A client of its own; disposed with this.</param>
    /// <param name="topic">A topic that exists.</param>
    /// <param name="inFlight">Sends in flight.</param>
    public SteadyLoad(RocketeerClient client, string topic, int inFlight)
    {
        _client = client;
        _topic = topic;
        _producer = client.CreateProducer("steady-load", options => { options.Retries = 0; options.SendTimeout = TimeSpan.FromSeconds(2); });
        _senders = [.. Enumerable.Range(0, inFlight).Select(_ => Task.Run(SendAsync))];
    }

    /// <summary>What was answered with SEND_OK.</summary>
    public ConcurrentBag<Acknowledged> Acknowledged { get; } = [];

    /// <summary>Stored, but not confirmed by a slave.</summary>
    public long Unconfirmed => Volatile.Read(ref _unconfirmed);

    /// <summary>Refused, or without an answer: may be stored or not.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Ends sending; every answer that comes has come.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_senders);
    }

    /// <summary>Waits until more is acknowledged than now.</summary>
    public Task GoesOnAsync(int more = 100)
    {
        var before = Acknowledged.Count;
        return Eventually.HoldsAsync(
            () => Acknowledged.Count >= before + more, () => $"{Acknowledged.Count} acknowledged, {Unconfirmed} unconfirmed, {Failed} failed");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var id = Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);
            try
            {
                var result = await _producer.SendAsync(new Message(_topic, Encoding.ASCII.GetBytes(id)), CancellationToken.None);
                if (result.Status == SendStatus.Stored && OffsetMessageId.TryParse(result.OffsetMessageId, out var place))
                {
                    Acknowledged.Add(new Acknowledged(id, result.Queue.QueueId, result.QueueOffset, place.PhysicalOffset));
                }
                else
                {
                    Interlocked.Increment(ref _unconfirmed);
                }
            }
            catch (Exception e) when (e is RocketeerException or IOException)
            {
                Interlocked.Increment(ref _failed);
                await Task.Delay(PauseAfterFailure, TimeProvider.System, CancellationToken.None);
            }
        }
    }
}

/// <summary>A message that a broker promised to keep.</summary>
/// <param name="Id">Its body.</param>
/// <param name="QueueId">Its queue.</param>
/// <param name="QueueOffset">Its place in the queue.</param>
/// <param name="CommitOffset">Its place in the log.</param>
internal sealed record Acknowledged(string Id, int QueueId, long QueueOffset, long CommitOffset);
