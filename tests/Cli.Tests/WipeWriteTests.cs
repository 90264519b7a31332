using Rocketeer.Cluster.Tests;

namespace Rocketeer.Cli.Tests;

/// <summary><c>broker wipe-write</c>, against a cluster that it may spoil.</summary>
public sealed class WipeWriteTests
{
    [Fact]
    public async Task A_broker_whose_write_permission_is_wiped_takes_no_more_messages()
    {
        await using var cluster = await InProcessCluster.StartAsync();
        Task<Tool.Run> RunAsync(params string[] args) =>
            Tool.RunAsync([.. args, "--namesrv", cluster.NameServers], cancellationToken: TestContext.Current.CancellationToken);
        (await RunAsync("topic", "create", "Wiped", "--queues", "1")).Succeeded();

        var wiped = (await RunAsync("broker", "wipe-write", "broker-a", "--json")).Succeeded().Json;

        Assert.True(wiped.GetProperty("topics").GetInt32() > 1);
        var route = Assert.Single((await RunAsync("topic", "route", "Wiped", "--json")).Succeeded().Json.GetProperty("brokers").EnumerateArray());
        Assert.Equal("R--", route.GetProperty("permission").GetString());
        Assert.Equal(Rocketctl.Failure, (await RunAsync("topic", "latency", "Wiped")).Exit);
    }
}
