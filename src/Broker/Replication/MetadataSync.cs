using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Groups;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Replication;

/// <summary>
/// Keeps what a slave has beside its log like its master's: topics, consumer groups, consumer offsets (those of transactions among them) and
/// the progress of delayed delivery (reference: store.md section 18). Asks a master of the original as well. Thread-safe.
/// </summary>
internal sealed class MetadataSync : IAsyncDisposable
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(3);
    private readonly BrokerOptions _options;
    private readonly TopicRegistry _topics;
    private readonly SubscriptionGroupRegistry _groups;
    private readonly ConsumerOffsets _offsets;
    private readonly MessageStore _store;
    private readonly RemotingClient _client;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private CancellationTokenSource? _following;
    private Task _round = Task.CompletedTask;
    private string? _master;

    /// <summary>Creates it; nothing is asked before <see cref="Follow"/>.</summary>
    public MetadataSync(
        BrokerOptions options,
        TopicRegistry topics,
        SubscriptionGroupRegistry groups,
        ConsumerOffsets offsets,
        MessageStore store,
        RemotingClient client,
        TimeProvider clock,
        ILogger<MetadataSync> logger)
    {
        _options = options;
        _topics = topics;
        _groups = groups;
        _offsets = offsets;
        _store = store;
        _client = client;
        _logger = logger;
        _timer = clock.CreateTimer(_ => Begin(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The master that is asked, <c>host:port</c>; <see langword="null"/> when none is.</summary>
    public string? Master
    {
        get
        {
            lock (_lock)
            {
                return _master;
            }
        }
    }

    /// <summary>Asks this master from now on, at once and then regularly. Telling it the same one again changes nothing.</summary>
    public void Follow(string master)
    {
        lock (_lock)
        {
            if (_master == master)
            {
                return;
            }

            _master = master;
            _following ??= new CancellationTokenSource();
            _timer.Change(TimeSpan.Zero, TimeSpan.FromMilliseconds(_options.SlaveSyncInterval));
        }
    }

    /// <summary>Asks nobody any more; what is under way is given up, and nothing of it is taken over after this completes.</summary>
    public async Task StopAsync()
    {
        Task round;
        CancellationTokenSource? following;
        lock (_lock)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            (_master, following, _following, round) = (null, _following, null, _round);
        }

        if (following is not null)
        {
            await following.CancelAsync();
            await round;
            following.Dispose();
        }
    }

    /// <summary>Takes over everything once more, now. Used before a change of master, while the old one can still be asked.</summary>
    /// <param name="cancellationToken">Gives up; what was taken over until then stays.</param>
    public async Task SyncNowAsync(CancellationToken cancellationToken)
    {
        if (Master is { } master)
        {
            await SyncAsync(master, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _timer.DisposeAsync();
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (_master is { } master && _following is { } following && _round.IsCompleted)
            {
                _round = SyncAsync(master, following.Token);
            }
        }
    }

    /// <summary>Each step on its own, as in the original: one that fails keeps the others from nothing. Never throws.</summary>
    private async Task SyncAsync(string master, CancellationToken cancellationToken)
    {
        await Task.Yield(); // not under the lock of the caller
        await StepAsync("topics", () => SyncTopicsAsync(master, cancellationToken), master, cancellationToken);
        await StepAsync("consumer offsets", () => SyncOffsetsAsync(master, cancellationToken), master, cancellationToken);
        await StepAsync("delay offsets", () => SyncDelayOffsetsAsync(master, cancellationToken), master, cancellationToken);
        await StepAsync("consumer groups", () => SyncGroupsAsync(master, cancellationToken), master, cancellationToken);
    }

    private async Task StepAsync(string what, Func<Task> step, string master, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await step();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The role changes or the broker stops; the master is somebody else's from now on.
        }
        catch (Exception e)
        {
            // Whatever a master answers, the slave keeps what it has and asks again.
            _logger.MetadataNotTaken(what, master, e.Message);
        }
    }

    private async Task SyncTopicsAsync(string master, CancellationToken cancellationToken)
    {
        var table = BodyJson.Deserialize<TopicConfigSerializeWrapper>((await AskTopicsAsync(master, cancellationToken)).Body.Span);
        cancellationToken.ThrowIfCancellationRequested();
        if (_topics.Replace(table))
        {
            _logger.TopicsTaken(table.TopicConfigTable.Count, master);
        }
    }

    /// <summary>The original asks this on the second port; where that is not open, as behind some firewalls, the first one answers too.</summary>
    private async Task<RemotingCommand> AskTopicsAsync(string master, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(MasterAddress.Vip(master), RequestCode.GetAllTopicConfig, cancellationToken);
        }
        catch (RemotingException) when (!cancellationToken.IsCancellationRequested)
        {
            return await AskAsync(master, RequestCode.GetAllTopicConfig, cancellationToken);
        }
    }

    private async Task SyncOffsetsAsync(string master, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(master, RequestCode.GetAllConsumerOffset, cancellationToken);
        var table = BodyJson.Deserialize<ConsumerOffsetTable>(answer.Body.Span);
        cancellationToken.ThrowIfCancellationRequested();
        if (_offsets.Load(table.OffsetTable) is > 0 and var skipped)
        {
            _logger.OffsetKeysSkipped(master, skipped);
        }
    }

    private async Task SyncDelayOffsetsAsync(string master, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(master, RequestCode.GetAllDelayOffset, cancellationToken);
        if (answer.Body.IsEmpty)
        {
            return;
        }

        var table = BodyJson.Deserialize<DelayOffsetTable>(answer.Body.Span);
        cancellationToken.ThrowIfCancellationRequested();
        _store.FollowDelayOffsets(table.OffsetTable);
    }

    private async Task SyncGroupsAsync(string master, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(master, RequestCode.GetAllSubscriptiongroupConfig, cancellationToken);
        var table = BodyJson.Deserialize<SubscriptionGroupWrapper>(answer.Body.Span);
        cancellationToken.ThrowIfCancellationRequested();
        if (_groups.Replace(table))
        {
            _logger.GroupsTaken(table.SubscriptionGroupTable.Count, master);
        }
    }

    private async Task<RemotingCommand> AskAsync(string address, RequestCode code, CancellationToken cancellationToken)
    {
        var answer = await _client.InvokeAsync(address, RemotingCommand.Request(code), StepTimeout, cancellationToken);
        return answer.ResponseCode == ResponseCode.Success
            ? answer
            : throw new InvalidDataException($"{address} answered {code} with {answer.ResponseCode}: {answer.Remark}");
    }
}
