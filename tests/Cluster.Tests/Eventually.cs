namespace Rocketeer.Cluster.Tests;

/// <summary>Waits for what other parts of the cluster do in their own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task HoldsAsync(Func<bool> condition, Func<string> state) => HoldsAsync(() => Task.FromResult(condition()), state);

    /// <summary>Returns as soon as the condition holds; fails with the state if it never does.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> state)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, $"not within {Patience.TotalSeconds} s: {state()}");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The task's result, which must come in time.</summary>
    public static Task<T> CompletesAsync<T>(Task<T> task) => task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
