using Rocketeer.Cluster.Tests;

namespace Rocketeer.Cli.Tests;

/// <summary><c>broker role</c>, against a cluster whose roles it may spoil.</summary>
public sealed class BrokerRoleTests
{
    [Fact]
    public async Task Roles_are_shown_and_set_and_an_old_decision_is_refused_with_the_brokers_reason()
    {
        await using var cluster = await InProcessCluster.StartAsync();
        Task<Tool.Run> RunAsync(params string[] args) =>
            Tool.RunAsync([.. args, "--namesrv", cluster.NameServers], cancellationToken: TestContext.Current.CancellationToken);

        var before = (await RunAsync("broker", "role", "get")).Succeeded();
        Assert.Matches(@"broker-a +0 +\S+ +ASYNC_MASTER +0 +yes", before.Lines[1]);

        (await RunAsync("broker", "role", "set", cluster.BrokerAddress, "--role", "SYNC_MASTER", "--epoch", "7", "--read-only")).Succeeded();
        var after = Assert.Single((await RunAsync("broker", "role", "get", cluster.BrokerAddress, "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal("SYNC_MASTER", after.GetProperty("status").GetProperty("role").GetString());
        Assert.Equal(7, after.GetProperty("status").GetProperty("epoch").GetInt64());
        Assert.False(after.GetProperty("status").GetProperty("writable").GetBoolean());

        var late = await RunAsync("broker", "role", "set", cluster.BrokerAddress, "--role", "SLAVE", "--broker-id", "1", "--epoch", "6");
        Assert.Equal(Rocketctl.Failure, late.Exit);
        Assert.Contains("Epoch 6 is over", late.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_does_not_exist_is_a_mistake_of_the_command_line()
    {
        var run = await Tool.RunAsync(
            ["broker", "role", "set", "127.0.0.1:1", "--role", "KING", "--epoch", "1"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Rocketctl.Usage, run.Exit);
    }
}
