using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker.Groups;
using Rocketeer.Protocol.Bodies;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Groups;

public sealed class SubscriptionGroupRegistryTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_recorded_file_is_written_back_with_the_same_lines()
    {
        Directory.CreateDirectory(_directory["config"]);
        var recorded = Path.Combine(TestBroker.GoldenStore, "config", "subscriptionGroup.json");
        File.Copy(recorded, _directory["config", "subscriptionGroup.json"]);
        var groups = Create();

        groups.Load();
        Assert.Null(await groups.SaveAsync());

        Assert.Equal(Sorted(recorded), Sorted(groups.FilePath));
    }

    [Fact]
    public void An_unknown_group_comes_to_be_with_its_first_use()
    {
        var groups = Create();

        Assert.Equal(16, groups.FindOrCreate("New")!.RetryMaxTimes);
        Assert.NotNull(groups.Find("New"));
    }

    [Fact]
    public void Without_automatic_creation_only_system_groups_come_to_be()
    {
        var groups = Create(automatic: false);

        Assert.Null(groups.FindOrCreate("New"));
        Assert.NotNull(groups.FindOrCreate("CID_RMQ_SYS_TRANS"));
        Assert.NotNull(groups.FindOrCreate("TOOLS_CONSUMER"));
    }

    [Fact]
    public void Illegal_settings_are_refused()
    {
        var groups = Create();

        Assert.NotNull(groups.Update(new SubscriptionGroupConfig { GroupName = "a b" }));
        Assert.NotNull(groups.Update(new SubscriptionGroupConfig { GroupName = "G", RetryQueueNums = -1 }));
        Assert.Null(groups.Update(new SubscriptionGroupConfig { GroupName = "G", RetryQueueNums = 0 }));
    }

    [Fact]
    public void A_deleted_group_is_gone()
    {
        var groups = Create();
        groups.FindOrCreate("G");

        Assert.True(groups.Delete("G"));
        Assert.False(groups.Delete("G"));
        Assert.Null(groups.Find("G"));
    }

    private static string[] Sorted(string path) =>
        [.. File.ReadAllText(path, Encoding.UTF8).Split('\n').Select(line => line.TrimEnd(',')).Order(StringComparer.Ordinal)];

    private SubscriptionGroupRegistry Create(bool automatic = true)
    {
        var options = TestBroker.Options(_directory.Path);
        options.AutoCreateSubscriptionGroup = automatic;
        return new SubscriptionGroupRegistry(options, TimeProvider.System, NullLogger<SubscriptionGroupRegistry>.Instance);
    }
}
