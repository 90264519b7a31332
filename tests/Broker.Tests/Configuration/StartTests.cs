using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Configuration;

/// <summary>What a broker refuses to start with, and what it makes of its settings.</summary>
public sealed class StartTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "brokerRole=SLAVE", "brokerId" },
        { "brokerRole=MASTER", "brokerRole" },
        { "listenPort=abc", "listenPort" },
        { "listenPort=2", "listenPort" },
        { "namesrvAddr=nowhere", "namesrvAddr" },
        { "brokerPermission=9", "brokerPermission" },
        { "aclEnable=true", "aclEnable" },
        { "bindAddress=here", "bindAddress" },
        { "messageDelayLevel=1x", "messageDelayLevel" },
        { "deleteWhen=25", "deleteWhen" },
        { "flushDiskType=LATER", "flushDiskType" },
        { "brokerName=", "brokerName" },
        { "brokerIP1=no.such.host.invalid", "brokerIP1" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_in_the_settings_stops_the_start_with_a_sentence_that_names_it(string line, string key)
    {
        using var directory = new TempDirectory();
        var options = TestBroker.Options(directory.Path);

        var problem = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(options, line));

        Assert.Contains(key, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public async Task A_broken_topics_file_stops_the_start()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory["config"]);
        await File.WriteAllTextAsync(directory["config", "topics.json"], "no json", TestContext.Current.CancellationToken);

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync(TestBroker.Options(directory.Path), ""));

        Assert.Contains("topics.json", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_brokers_do_not_share_a_store()
    {
        await using var first = await TestBroker.StartAsync();

        var problem = await Assert.ThrowsAnyAsync<IOException>(() => StartAsync(TestBroker.Options(first.StorePath), ""));

        Assert.Contains(first.StorePath, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_stops_the_start_and_frees_the_store()
    {
        await using var first = await TestBroker.StartAsync();
        using var directory = new TempDirectory();
        var options = TestBroker.Options(directory.Path);
        options.Network.ListenPort = first.App.EndPoint.Port;

        await Assert.ThrowsAnyAsync<IOException>(() => StartAsync(options, ""));

        options.Network.ListenPort = 0;
        await using var second = await StartAsync(options, "");
    }

    [Fact]
    public async Task A_broken_configuration_file_ends_the_process_with_a_code()
    {
        using var directory = new TempDirectory();
        var file = directory["broker.conf"];
        await File.WriteAllTextAsync(file, "brokerName=a\nlistenPort", TestContext.Current.CancellationToken);

        Assert.Equal(ServerHost.Failure, await ServerHost.RunAsync("Rocketeer.Broker", ["-c", file], [new BrokerOptions()], (_, _) => { }));
    }

    [Fact]
    public void Every_key_of_the_original_is_known_and_those_without_effect_are_told()
    {
        var options = new BrokerOptions();
        var binder = new PropertyBinder(options.Parts);

        var warnings = binder.Apply(PropertyFile.Parse("sendMessageThreadPoolNums=64\ntransactionCheckMax=15\nuseTLS=false\nnoSuchKey=1"u8, "test"));

        Assert.Contains("noSuchKey", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(["sendMessageThreadPoolNums"], options.Accepted.WithoutEffect());
    }

    [Fact]
    public void The_commit_log_follows_the_root_unless_it_has_a_place_of_its_own()
    {
        var settings = new StoreSettings { StorePathRootDir = "/data/a" };
        Assert.Equal("/data/a/commitlog", settings.ToStoreOptions().CommitLogDirectory);

        settings.StorePathCommitLog = "/fast/log";
        Assert.Equal("/fast/log", settings.ToStoreOptions().CommitLogDirectory);
    }

    [Fact]
    public async Task A_master_has_the_id_0_whatever_the_settings_say()
    {
        await using var broker = await TestBroker.StartAsync(options => options.BrokerId = 7);

        Assert.Equal(0, broker.Context.Identity.Id);
        Assert.True(broker.Context.Role.MayWrite);
    }

    [Fact]
    public async Task A_slave_serves_and_takes_no_messages()
    {
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.BrokerId = 1;
            options.Store.BrokerRole = BrokerRole.Slave;
        });

        Assert.False(broker.Put("TBW102", 0, "x").IsStored);
        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.GetAllTopicConfig)).ResponseCode);
    }

    [Fact]
    public async Task Both_ports_serve_every_request()
    {
        await using var broker = await TestBroker.StartAsync();
        var answer = await broker.NewClient().InvokeAsync(
            $"127.0.0.1:{broker.App.VipEndPoint.Port}", RemotingCommand.Request(RequestCode.GetAllTopicConfig), TestBroker.Patience,
            TestContext.Current.CancellationToken);

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
    }

    [Fact]
    public async Task What_was_created_is_there_after_a_restart()
    {
        using var directory = new TempDirectory();
        await using (var first = await StartAsync(TestBroker.Options(directory.Path), ""))
        {
            first.Context.Topics.FindOrCreateForSend("T", "TBW102", 3, 0, out _);
            first.Context.Groups.FindOrCreate("G");
            first.Context.Offsets.TryCommit("G", "T", 2, 77);
        }

        await using var second = await StartAsync(TestBroker.Options(directory.Path), "");

        Assert.Equal(3, second.Context.Topics.Find("T")!.WriteQueueNums);
        Assert.NotNull(second.Context.Groups.Find("G"));
        Assert.Equal(77, second.Context.Offsets.Find("G", "T", 2));
    }

    private static Task<BrokerApp> StartAsync(BrokerOptions options, string properties)
    {
        var binder = new PropertyBinder(options.Parts);
        return Task.Run(() =>
        {
            binder.Apply(PropertyFile.Parse(System.Text.Encoding.UTF8.GetBytes(properties), "test"));
            return BrokerApp.StartAsync(
                options, binder, null, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        });
    }
}
