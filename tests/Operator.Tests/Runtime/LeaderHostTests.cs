using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Leading;
using Rocketeer.Operator.Tests.Members;

namespace Rocketeer.Operator.Tests.Runtime;

/// <summary>Which operator works, with the real elector against the development control plane.</summary>
public sealed class LeaderHostTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private OperatorBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OperatorBench.StartAsync(new FakeCluster());

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_next_operator_works_at_once_when_the_leader_ends_and_never_before()
    {
        using var stopFirst = new CancellationTokenSource();
        using var stopSecond = new CancellationTokenSource();
        var first = Run("first", stopFirst.Token);
        await first.Works.WaitAsync(Patience);
        var second = Run("second", stopSecond.Token);
        Assert.False(second.Works.IsCompleted);

        await stopFirst.CancelAsync();
        Assert.True(await first.Ends.WaitAsync(Patience));
        await second.Works.WaitAsync(Patience);
        Assert.Equal("second", (await LeaseAsync()).Spec.HolderIdentity);

        await stopSecond.CancelAsync();
        await second.Ends.WaitAsync(Patience);
        Assert.Equal("", (await LeaseAsync()).Spec.HolderIdentity);
    }

    [Fact]
    public async Task Who_loses_the_Lease_ends_its_work_and_says_so()
    {
        var leader = Run("first", CancellationToken.None, new LeaseTimes(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100)));
        await leader.Works.WaitAsync(Patience);

        var lease = await LeaseAsync();
        for (var taken = false; !taken;)
        {
            lease = await LeaseAsync();
            (lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds) = ("thief", 3600);
            try
            {
                await new KubeApi(_bench.Client).ReplaceAsync(lease, CancellationToken.None);
                taken = true;
            }
            catch (KubeApiException e) when (e.IsConflict)
            {
                continue; // it was renewed meanwhile
            }
        }

        Assert.False(await leader.Ends.WaitAsync(Patience));
        Assert.Equal("thief", (await LeaseAsync()).Spec.HolderIdentity);
    }

    private async Task<V1Lease> LeaseAsync() => (await _bench.FindAsync<V1Lease>(LeaderHost.LeaseName))!;

    private (Task Works, Task<bool> Ends) Run(string identity, CancellationToken stop, LeaseTimes? times = null)
    {
        times ??= LeaseTimes.Default with { RetryPeriod = TimeSpan.FromMilliseconds(100) };
        var works = new TaskCompletionSource();
        var host = new LeaderHost(_bench.Client, "mq", identity, times, TimeProvider.System, NullLogger<LeaderHost>.Instance);
        return (works.Task, host.RunAsync(
            async token =>
            {
                works.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
            stop));
    }
}
