using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Tests.Registration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.AccessControl;

/// <summary>A slave whose master has access control switched on.</summary>
public sealed class SlaveOfGuardedMasterTests
{
    [Fact]
    public async Task A_slave_with_credentials_takes_over_what_its_master_has()
    {
        await using var master = await GuardedMasterAsync();
        await using var server = await NameServerOfAsync(master);
        await using var slave = await StartSlaveAsync(server, "rocketmq2", TestAcl.Secret);

        await TestBroker.EventuallyAsync(() => slave.Context.Topics.Find("guarded") is not null, "the slave has its master's topics");

        Assert.All(master.Context.Access!.Refusals.Counts, refused => Assert.Equal(0, refused.Count));
    }

    [Fact]
    public async Task A_slave_without_credentials_is_refused_and_goes_on()
    {
        await using var master = await GuardedMasterAsync();
        await using var server = await NameServerOfAsync(master);
        await using var slave = await StartSlaveAsync(server, "", "");

        await TestBroker.EventuallyAsync(
            () => master.Context.Access!.Refusals.Counts.Single(refused => refused.Reason == "NoKey").Count > 3, "several rounds were refused");

        Assert.Null(slave.Context.Topics.Find("guarded"));
        Assert.Equal(ResponseCode.Success, (await slave.AskAsync(RequestCode.GetAllTopicConfig)).ResponseCode);
    }

    private static async Task<TestBroker> GuardedMasterAsync()
    {
        var master = await TestAcl.StartAsync();
        master.Context.Topics.FindOrCreate("guarded", 4, Permissions.ReadWrite, 0, out _);
        return master;
    }

    private static Task<FakeNameServer> NameServerOfAsync(TestBroker master) => FakeNameServer.StartAsync((_, _) =>
        Task.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success,
            header: new RegisterBrokerResponseHeader { MasterAddr = master.Address, HaServerAddr = master.Context.Identity.HaAddress })));

    private static Task<TestBroker> StartSlaveAsync(FakeNameServer server, string accessKey, string secretKey) => TestBroker.StartAsync(options =>
    {
        options.BrokerId = 1;
        options.Store.BrokerRole = BrokerRole.Slave;
        options.NamesrvAddr = server.Address;
        options.SlaveSyncInterval = 100;
        (options.Access.AccessKey, options.Access.SecretKey) = (accessKey, secretKey);
    });
}
