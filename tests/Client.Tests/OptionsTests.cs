using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Producing;

namespace Rocketeer.Client.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Defaults_are_valid()
    {
        new RocketeerClientOptions().Validate();
        new ProducerOptions { Group = "PG" }.Validate();
    }

    public static TheoryData<string, Action<RocketeerClientOptions>> WrongClientOptions => new()
    {
        { "NameServers", options => options.NameServers = " " },
        { "NameServers", options => options.NameServers = "localhost" },
        { "NameServers", options => options.NameServers = "localhost:0" },
        { "NameServers", options => options.NameServers = "a:1;b:99999" },
        { "InstanceName", options => options.InstanceName = "a@b" },
        { "RoutePollInterval", options => options.RoutePollInterval = TimeSpan.Zero },
        { "HeartbeatInterval", options => options.HeartbeatInterval = TimeSpan.FromMinutes(2) },
        { "ConnectTimeout", options => options.ConnectTimeout = TimeSpan.Zero },
        { "Credentials", options => options.Credentials = new Credentials { AccessKey = "somebody" } },
        { "Credentials", options => options.Credentials = new Credentials { SecretKey = "secret" } },
        { "Tls.Enabled", options => options.Tls.TrustPath = "/nowhere/ca.pem" },
        { "/nowhere/ca.pem", options => options.Tls = new TlsOptions { Enabled = true, TrustPath = "/nowhere/ca.pem" } },
        { "Tls must not be null", options => options.Tls = null! },
        { "TimeProvider", options => options.TimeProvider = null! },
    };

    [Theory, MemberData(nameof(WrongClientOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_client_option_is_named(string name, Action<RocketeerClientOptions> spoil)
    {
        var options = new RocketeerClientOptions();
        spoil(options);

        Assert.Contains(name, Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<ProducerOptions>> WrongProducerOptions => new()
    {
        { "Group", options => options.Group = "" },
        { "Group", options => options.Group = "a b" },
        { "Group", options => options.Group = new string('g', 256) },
        { "SendTimeout", options => options.SendTimeout = TimeSpan.Zero },
        { "Retries", options => options.Retries = -1 },
        { "CompressionLevel", options => options.CompressionLevel = 10 },
        { "MaxInFlightBytes", options => options.MaxInFlightBytes = 1 },
        { "NewTopicQueues", options => options.NewTopicQueues = 0 },
    };

    [Theory, MemberData(nameof(WrongProducerOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_producer_option_is_named(string name, Action<ProducerOptions> spoil)
    {
        var options = new ProducerOptions { Group = "PG" };
        spoil(options);

        Assert.Contains(name, Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_producers_of_a_container_keep_their_own_groups_and_options()
    {
        var services = new ServiceCollection();
        services.AddRocketeer().AddProducer("PG1", options => options.Retries = 5).AddProducer("PG2");
        await using var provider = services.BuildServiceProvider();

        var first = provider.GetRequiredKeyedService<Producer>("PG1");
        var second = provider.GetRequiredKeyedService<Producer>("PG2");

        Assert.Equal(("PG1", "PG2"), (first.Group, second.Group));
        Assert.Same(second, provider.GetRequiredService<Producer>());
        Assert.Equal([5, 2], new[] { "PG1", "PG2" }.Select(provider.GetRequiredService<IOptionsMonitor<ProducerOptions>>().Get).Select(options => options.Retries));
    }

    [Fact]
    public void A_container_that_is_given_wrong_options_says_so()
    {
        var services = new ServiceCollection();
        services.AddRocketeer(options => options.NameServers = "nonsense").AddProducer("PG");
        using var provider = services.BuildServiceProvider();

        Assert.Contains("nonsense", Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", "127.0.0.1", "192.168.1.5", "10.1.2.3")]
    [InlineData("192.168.1.5", "127.0.0.1", "192.168.1.4", "192.168.1.5")]
    [InlineData("[fe80::1]", "127.0.0.1", "fe80::1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void The_address_of_a_client_is_chosen_as_the_original_does(string expected, params string[] addresses) =>
        Assert.Equal(expected, ClientIdentity.ChooseIp([.. addresses.Select(IPAddress.Parse)]));

    [Fact]
    public void Two_clients_of_a_process_have_different_ids_unless_they_are_named()
    {
        var unnamed = new RocketeerClientOptions { ClientIp = "1.2.3.4" };
        var named = new RocketeerClientOptions { ClientIp = "1.2.3.4", InstanceName = "one" };

        Assert.NotEqual(ClientIdentity.Create(unnamed), ClientIdentity.Create(unnamed));
        Assert.Equal("1.2.3.4@one", ClientIdentity.Create(named));
    }
}
