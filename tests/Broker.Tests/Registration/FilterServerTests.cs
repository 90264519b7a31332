using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Registration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Broker.Tests.Registration;

public sealed class FilterServerTests
{
    [Fact]
    public async Task Name_servers_hear_of_a_filter_server_until_its_connection_ends()
    {
        await using var names = await FakeNameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(options => options.NamesrvAddr = names.Address);
        var filter = broker.NewClient();

        var answer = await broker.AskAsync(filter, Registering("10.0.0.1:30000"));
        await broker.Context.Registrar.RegisterAsync(force: true);

        var header = answer.ReadHeader<RegisterFilterServerResponseHeader>();
        Assert.Equal((ResponseCode.Success, "broker-a", 0L), (answer.ResponseCode, header.BrokerName, header.BrokerId));
        var registration = names.Registrations.Last();
        Assert.Equal(["10.0.0.1:30000"], RegisterBrokerBodyCodec.Decode(
            registration.Body.Span, registration.ReadHeader<RegisterBrokerRequestHeader>().Compressed).FilterServerList);

        await filter.DisposeAsync();
        await TestBroker.EventuallyAsync(() => broker.Context.Registrar.FilterServers.Addresses.Count == 0, "it is forgotten");
    }

    [Fact]
    public async Task A_silent_filter_server_is_forgotten()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_500_000));
        await using var broker = await TestBroker.StartAsync(clock: clock);
        await broker.AskAsync(broker.NewClient(), Registering("10.0.0.1:30000"));
        Assert.Single(broker.Context.Registrar.FilterServers.Addresses);

        clock.Advance(FilterServers.SilenceAllowed + TimeSpan.FromSeconds(1));

        Assert.Empty(broker.Context.Registrar.FilterServers.Addresses);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task An_address_that_is_none_is_refused(string address)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(broker.NewClient(), Registering(address));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.Empty(broker.Context.Registrar.FilterServers.Addresses);
    }

    private static RemotingCommand Registering(string address) => RemotingCommand.Request(
        RequestCode.RegisterFilterServer, new RegisterFilterServerRequestHeader { FilterServerAddr = address });
}
