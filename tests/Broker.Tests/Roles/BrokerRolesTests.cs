using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Tests.Roles;

/// <summary>Requests 27001 and 27002 and what they do to a broker.</summary>
public sealed class BrokerRolesTests
{
    [Fact]
    public async Task A_broker_tells_the_role_of_its_configuration_with_epoch_0()
    {
        await using var broker = await TestBroker.StartAsync(options => options.Store.BrokerRole = BrokerRole.SyncMaster);

        var status = await broker.ReadAsync<BrokerRoleStatus>(RequestCode.RocketeerGetRole);

        Assert.Equal(("broker-a", "SYNC_MASTER", 0L, 0L, true), (status.BrokerName, status.Role, status.BrokerId, status.Epoch, status.Writable));
        Assert.False(File.Exists(RoleFileOf(broker)));
    }

    [Fact]
    public async Task A_slave_becomes_a_master_that_takes_messages()
    {
        await using var broker = await StartSlaveAsync();
        Assert.Equal(PutStatus.ServiceNotAvailable, broker.Put("t", 0, "no").Status);

        var status = await ChangeAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 1 });

        Assert.Equal(("ASYNC_MASTER", 0L, 1L, true), (status.Role, status.BrokerId, status.Epoch, status.Writable));
        Assert.Equal(PutStatus.Ok, broker.Put("t", 0, "yes").Status);
        Assert.Equal([(1L, 0L)], status.Epochs.Select(epoch => (epoch.Epoch, epoch.StartOffset)));
    }

    [Fact]
    public async Task A_master_becomes_a_slave_and_refuses_messages()
    {
        await using var broker = await TestBroker.StartAsync();
        Assert.Equal(PutStatus.Ok, broker.Put("t", 0, "yes").Status);

        var status = await ChangeAsync(
            broker, new ChangeRoleRequestHeader { Role = "SLAVE", Epoch = 4, BrokerId = 2, MasterHaAddress = "127.0.0.1:1" });

        Assert.Equal(("SLAVE", 2L, 4L, false), (status.Role, status.BrokerId, status.Epoch, status.Writable));
        Assert.Equal(PutStatus.ServiceNotAvailable, broker.Put("t", 0, "no").Status);
        Assert.False(broker.Context.Role.IsMaster);
    }

    [Fact]
    public async Task The_epoch_never_goes_back_and_decides_between_two_masters()
    {
        await using var broker = await StartSlaveAsync();
        await ChangeAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 5 });

        Assert.Contains("Epoch 4 is over", await RefusedAsync(broker, new ChangeRoleRequestHeader { Role = "SLAVE", Epoch = 4, BrokerId = 1 }));
        Assert.Contains("higher epoch", await RefusedAsync(broker, new ChangeRoleRequestHeader { Role = "SLAVE", Epoch = 5, BrokerId = 1 }));
        var again = await ChangeAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 5 });

        Assert.Single(again.Epochs);
        Assert.True(again.Writable);
    }

    [Theory]
    [InlineData("KING", 1, null, null, "none of")]
    [InlineData("ASYNC_MASTER", 0, null, null, "not above 0")]
    [InlineData("ASYNC_MASTER", 1, 3L, null, "broker id 0")]
    [InlineData("SLAVE", 1, null, null, "brokerId above 0")]
    [InlineData("SLAVE", 1, 1L, "nowhere", "not host:port")]
    public async Task A_decision_that_makes_no_sense_is_refused_in_a_sentence(string role, long epoch, long? id, string? address, string reason)
    {
        await using var broker = await TestBroker.StartAsync();

        var remark = await RefusedAsync(broker, new ChangeRoleRequestHeader { Role = role, Epoch = epoch, BrokerId = id, MasterHaAddress = address });

        Assert.Contains(reason, remark);
        Assert.True(broker.Context.Store.IsWriteable);
        Assert.False(File.Exists(RoleFileOf(broker)));
    }

    [Fact]
    public async Task A_slave_whose_log_is_too_short_does_not_become_master()
    {
        await using var broker = await StartSlaveAsync();

        var remark = await RefusedAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 1, ExpectedMinOffset = 1 });

        Assert.Contains("ends at 0, before the 1", remark);
        Assert.False(broker.Context.Role.IsMaster);
        Assert.Equal(0, broker.Context.Role.Epoch);
    }

    [Fact]
    public async Task A_master_can_be_told_to_refuse_messages_for_now()
    {
        await using var broker = await TestBroker.StartAsync();

        await ChangeAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 1, Writable = false });
        Assert.Equal(PutStatus.ServiceNotAvailable, broker.Put("t", 0, "no").Status);
        await ChangeAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 1 });

        Assert.Equal(PutStatus.Ok, broker.Put("t", 0, "yes").Status);
    }

    [Fact]
    public async Task The_last_decision_counts_after_a_restart_whatever_the_configuration_says()
    {
        using var directory = new TestKit.TempDirectory();
        await using (var first = await StartAtAsync(directory.Path, BrokerRole.Slave))
        {
            Assert.Null(await first.Roles.ChangeAsync(new(BrokerRole.SyncMaster, 3, null, null, 0, true), TestContext.Current.CancellationToken));
        }

        await using var second = await StartAtAsync(directory.Path, BrokerRole.Slave);

        var status = second.Roles.Status();
        Assert.Equal(("SYNC_MASTER", 3L, 0L, true), (status.Role, status.Epoch, status.BrokerId, status.Writable));
        Assert.Equal(0, second.Context.Identity.Id);
    }

    [Fact]
    public async Task A_master_that_was_replaced_without_knowing_takes_no_messages_until_it_is_told_its_role()
    {
        await using var server = await Registration.FakeNameServer.StartAsync((_, _) => Task.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.NoPermission, "replaced", new RegisterBrokerResponseHeader { NewerEpoch = 3 })));
        await using var broker = await TestBroker.StartAsync(options => options.NamesrvAddr = server.Address);

        var status = await broker.ReadAsync<BrokerRoleStatus>(RequestCode.RocketeerGetRole);
        Assert.False(status.Writable);
        Assert.Contains("Replaced in epoch 3", status.Problem);
        Assert.Equal(PutStatus.ServiceNotAvailable, broker.Put("t", 0, "no").Status);
        Assert.Contains("higher one", await RefusedAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 3 }));

        status = await ChangeAsync(broker, new ChangeRoleRequestHeader { Role = "ASYNC_MASTER", Epoch = 4 });
        Assert.True(status.Writable);
        Assert.Null(status.Problem);
    }

    [Fact]
    public async Task A_damaged_record_of_the_role_stops_the_start_with_a_sentence()
    {
        using var directory = new TestKit.TempDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "config"));
        await File.WriteAllTextAsync(
            Path.Combine(directory.Path, "config", "rocketeerRole.json"), "{\"epoch\":", TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => StartAtAsync(directory.Path, BrokerRole.AsyncMaster));

        Assert.Contains("rocketeerRole.json", fault.Message);
    }

    private static Task<BrokerApp> StartAtAsync(string root, BrokerRole role)
    {
        var options = TestBroker.Options(root);
        options.Store.BrokerRole = role;
        options.BrokerId = role == BrokerRole.Slave ? 1 : 0;
        return BrokerApp.StartAsync(
            options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
    }

    private static Task<TestBroker> StartSlaveAsync() => TestBroker.StartAsync(options =>
    {
        options.Store.BrokerRole = BrokerRole.Slave;
        options.BrokerId = 1;
    });

    private static Task<BrokerRoleStatus> ChangeAsync(TestBroker broker, ChangeRoleRequestHeader header) =>
        broker.ReadAsync<BrokerRoleStatus>(RequestCode.RocketeerChangeRole, header);

    private static async Task<string> RefusedAsync(TestBroker broker, ChangeRoleRequestHeader header)
    {
        var answer = await broker.AskAsync(RequestCode.RocketeerChangeRole, header);
        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        return answer.Remark!;
    }

    private static string RoleFileOf(TestBroker broker) => Path.Combine(broker.StorePath, "config", "rocketeerRole.json");
}
