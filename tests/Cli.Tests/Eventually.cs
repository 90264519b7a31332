namespace Rocketeer.Cli.Tests;

/// <summary>Indexes, routes and group tables follow within moments.</summary>
internal static class Eventually
{
    /// <summary>Checks until the check passes.</summary>
    public static async Task HoldsAsync(Func<Task> check)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var left = 200; ; left--)
        {
            try
            {
                await check();
                return;
            }
            catch (Xunit.Sdk.XunitException) when (left > 0)
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
