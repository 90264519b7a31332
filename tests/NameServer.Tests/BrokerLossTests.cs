using Microsoft.Extensions.Time.Testing;
using Rocketeer.Hosting.Configuration;
using Rocketeer.NameServer.Services;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.TestKit;
using static Rocketeer.NameServer.Tests.NameServerRequestTests;

namespace Rocketeer.NameServer.Tests;

public sealed class BrokerLossTests
{
    [Fact]
    public async Task A_closed_connection_removes_its_broker_at_once()
    {
        await using var server = await RunningNameServer.StartAsync();
        using var client = await server.ConnectAsync();
        using (var broker = await server.ConnectAsync())
        {
            await RegisterAsync(broker, "T");
            Assert.Equal(ResponseCode.Success, await RouteCodeAsync(client, "T"));
        }

        await GoneAsync(client);
    }

    [Fact]
    public async Task A_silent_broker_is_removed_and_its_connection_closed()
    {
        var clock = new FakeTimeProvider();

        // The connection itself must not idle out first.
        await using var server = await RunningNameServer.StartAsync(options => options.ServerChannelMaxIdleTimeSeconds = 1_000_000, clock);
        using var client = await server.ConnectAsync();
        using var broker = await server.ConnectAsync();
        await RegisterAsync(broker, "T");

        clock.Advance(BrokerExpiryService.FirstScan);
        for (var scan = 0; scan < 11; scan++)
        {
            clock.Advance(BrokerExpiryService.ScanInterval);
        }

        Assert.Equal(ResponseCode.Success, await RouteCodeAsync(client, "T"));
        var closed = broker.ClosedAsync();
        while (!closed.IsCompleted)
        {
            clock.Advance(BrokerExpiryService.ScanInterval);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None); // what closes is another thread
        }

        await closed;
        Assert.Equal(ResponseCode.TopicNotExist, await RouteCodeAsync(client, "T"));
    }

    [Fact]
    public async Task A_taken_port_and_a_bad_address_are_one_sentence()
    {
        await using var server = await RunningNameServer.StartAsync();

        var taken = await Assert.ThrowsAsync<IOException>(() => RunningNameServer.StartAsync(options => options.ListenPort = server.EndPoint.Port));
        Assert.Contains(server.EndPoint.Port.ToString(), taken.Message);
        var bad = await Assert.ThrowsAsync<ConfigurationException>(() => RunningNameServer.StartAsync(options => options.BindAddress = "here"));
        Assert.Contains("bindAddress=here", bad.Message);
    }

    [Fact]
    public async Task The_kv_configuration_survives_a_restart_of_the_server()
    {
        using var directory = new TempDirectory();
        var path = directory["kvConfig.json"];
        await using (var server = await RunningNameServer.StartAsync(options => options.KvConfigPath = path))
        {
            using var peer = await server.ConnectAsync();
            await peer.InvokeAsync(
                RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "n", Key = "k", Value = "v" });
        }

        await using (var server = await RunningNameServer.StartAsync(options => options.KvConfigPath = path))
        {
            using var peer = await server.ConnectAsync();
            var answer = await peer.InvokeAsync(
                RequestCode.GetKvConfig, new GetKVConfigRequestHeader { Namespace = "n", Key = "k" });
            Assert.Equal("v", answer.ReadHeader<GetKVConfigResponseHeader>().Value);
        }
    }

    private static async Task GoneAsync(RawPeer client)
    {
        // The server learns of the close on another connection; every answer is a step of its event loops.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await RouteCodeAsync(client, "T") != ResponseCode.TopicNotExist)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
