using System.Threading.Channels;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>
/// Says that objects of some kinds have changed, many changes at once: who waits looks at everything again, so that nothing depends on which
/// changes were seen.
/// </summary>
internal sealed class ChangeSignal : IAsyncDisposable
{
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _following;

    /// <summary>Begins to follow the kinds.</summary>
    public ChangeSignal(ObjectStore store, params ResourceType[] types) =>
        _following = Task.WhenAll(types.Select(type => FollowAsync(store, store.Subscribe(type, store.Version), type)));

    /// <summary>Waits for a change since the last wait, or until the time has come.</summary>
    /// <param name="atMost">The longest wait.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(atMost, clock);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, time.Token);
        try
        {
            await _changed.Reader.ReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // the time has come
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _following;
        _ending.Dispose();
    }

    private async Task FollowAsync(ObjectStore store, ObjectStore.Subscription subscription, ResourceType type)
    {
        try
        {
            while (true)
            {
                while (await subscription.Changes.WaitToReadAsync(_ending.Token))
                {
                    while (subscription.Changes.TryRead(out _))
                    {
                    }

                    _changed.Writer.TryWrite(true);
                }

                // The log was forgotten: everything is looked at anyway.
                subscription.Dispose();
                subscription = store.Subscribe(type, store.Version);
                _changed.Writer.TryWrite(true);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            subscription.Dispose();
        }
    }
}
