using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Consuming.Allocation;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Producing.Transactions;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Hosting;

public sealed class HostedOptionsTests
{
    [Fact]
    public async Task Settings_come_from_the_configuration_and_code_has_the_last_word()
    {
        var services = new ServiceCollection();
        services.AddRocketeer(Section(
                ("NameServers:0", "a:1"),
                ("NameServers:1", "b:2"),
                ("HeartbeatInterval", "00:00:10"),
                ("useVipChannel", "true"),
                ("Credentials:AccessKey", "me"),
                ("Credentials:SecretKey", "secret"),
                ("Tls:CheckHostName", "false"),
                ("Producers:PG:Retries", "7"),
                ("Producers:PG:MaxInFlightBytes", "5000000000"),
                ("TransactionProducers:TG:ChecksAtOnce", "9"),
                ("TransactionProducers:TG:Topics:0", "T1"),
                ("TransactionProducers:TG:Sending:SendTimeout", "00:00:09"),
                ("Consumers:CG:ConsumeThreads", "3"),
                ("Consumers:CG:BatchSize", "5"),
                ("Consumers:CG:MaxReconsumeTimes", "4"),
                ("Consumers:CG:ConsumeFrom", "firstOffset"),
                ("Consumers:CG:ConsumeTimestamp", "2026-01-31T12:00:00Z"),
                ("Consumers:CG:Allocation", "AVG_BY_CIRCLE")))
            .AddProducer("PG", options => options.NewTopicQueues = 8)
            .AddTransactionProducer<Nothing>("TG")
            .AddConsumer<Nothing>("T", "CG", configure: options => options.BatchSize = 6);
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();

        var client = provider.GetRequiredService<IOptions<RocketeerClientOptions>>().Value;
        Assert.Equal(("a:1;b:2", TimeSpan.FromSeconds(10), true), (client.NameServers, client.HeartbeatInterval, client.UseVipChannel));
        Assert.Equal(("me", "secret", false), (client.Credentials?.AccessKey, client.Credentials?.SecretKey, client.Tls.CheckHostName));
        var producer = Named<ProducerOptions>(provider, "PG");
        Assert.Equal(("PG", 7, 5_000_000_000, 8), (producer.Group, producer.Retries, producer.MaxInFlightBytes, producer.NewTopicQueues));
        var transactions = Named<TransactionProducerOptions>(provider, "TG");
        Assert.Equal((9, "T1", TimeSpan.FromSeconds(9), "TG"), (transactions.ChecksAtOnce, Assert.Single(transactions.Topics), transactions.Sending.SendTimeout, transactions.Sending.Group));
        var consumer = Named<PushConsumerOptions>(provider, "CG");
        Assert.Equal((3, 6, 4, ConsumeFrom.FirstOffset), (consumer.ConsumeThreads, consumer.BatchSize, consumer.MaxReconsumeTimes, consumer.ConsumeFrom));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), consumer.ConsumeTimestamp);
        Assert.Same(QueueAllocation.Circle, consumer.Allocation);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "NameServer", "a:1", "Rocketeer:NameServer is no setting" },
        { "HeartbeatInterval", "30", "Rocketeer:HeartbeatInterval is '30'; give a time as hh:mm:ss" },
        { "HeartbeatInterval", "00:05:00", "HeartbeatInterval must be at most 100 s" },
        { "UseVipChannel", "maybe", "give true or false" },
        { "TimeProvider", "fast", "Rocketeer:TimeProvider cannot be set by configuration" },
        { "Tls:Enable", "true", "Rocketeer:Tls:Enable is no setting" },
        { "Credentials:AccessKey", "me", "Credentials needs both" },
        { "Producers:PG:Retries", "many", "Rocketeer:Producers:PG:Retries is 'many'; give a whole number" },
        { "Producers:PG:Retries", "-1", "Retries must be 0 to 100" },
        { "Producers:PG:Group", "other", "Rocketeer:Producers:PG:Group" },
        { "Producers:Typo:Retries", "1", "Rocketeer:Producers:Typo is for a group that was not added (PG)" },
        { "TransactionProducers:TG:Retries", "1", "was not added (none was)" },
        { "Consumers:CG:Model", "Everybody", "give one of Clustering, Broadcasting" },
        { "Consumers:CG:Model", "17", "Rocketeer:Consumers:CG:Model is '17'" },
        { "Consumers:CG:Allocation", "FAIR", "AVG or AVG_BY_CIRCLE" },
        { "Consumers:CG:ConsumeThreads", "0", "ConsumeThreads must be 1 to 1000" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_in_the_configuration_keeps_the_host_from_starting_and_is_named(string key, string value, string told)
    {
        var services = new ServiceCollection();
        services.AddRocketeer(Section((key, value))).AddProducer("PG").AddConsumer<Nothing>("T", "CG");
        using var provider = services.BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(told, Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var services = new ServiceCollection();
        services.AddRocketeer(Section(("Wrong", "1"), ("ConnectTimeout", "soon"), ("Tls:Enabled", "perhaps")));
        using var provider = services.BuildServiceProvider();

        Assert.Equal(3, Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate()).Failures.Count());
    }

    [Theory]
    [InlineData("a topic", "CG", "Topic 'a topic'")]
    [InlineData("T", "", "Group is blank")]
    public void Names_of_topics_and_groups_are_checked_at_the_start(string topic, string group, string told)
    {
        var services = new ServiceCollection();
        services.AddRocketeer().AddConsumer<Nothing>(topic, group);
        using var provider = services.BuildServiceProvider();

        Assert.Contains(told, Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_of_several_clusters_are_told_apart_by_their_names()
    {
        var services = new ServiceCollection();
        services.AddRocketeer(options => options.InstanceName = "plain").AddProducer("PG");
        services.AddRocketeer("east", Section(("InstanceName", "east"), ("Producers:PG:Retries", "9"))).AddProducer("PG");
        services.AddRocketeer("west", options => options.InstanceName = "west").AddProducer("PG", options => options.Retries = 1);
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();

        Assert.EndsWith("@plain", provider.GetRequiredService<RocketeerClient>().ClientId, StringComparison.Ordinal);
        Assert.EndsWith("@east", provider.GetRequiredKeyedService<RocketeerClient>("east").ClientId, StringComparison.Ordinal);
        Assert.Same(provider.GetRequiredKeyedService<RocketeerClient>("west").Admin, provider.GetRequiredKeyedService<Client.Admin.AdminClient>("west"));
        Assert.Same(provider.GetRequiredService<Producer>(), provider.GetRequiredKeyedService<Producer>("PG"));
        Assert.NotSame(provider.GetRequiredKeyedService<Producer>("east/PG"), provider.GetRequiredKeyedService<Producer>("west/PG"));
        Assert.Equal([2, 9, 1], new[] { "PG", "east/PG", "west/PG" }.Select(name => Named<ProducerOptions>(provider, name).Retries));
    }

    [Fact]
    public void Two_modules_may_add_to_one_client_but_a_group_only_once()
    {
        var services = new ServiceCollection();
        services.AddRocketeer(Section(("Producers:A:Retries", "1"), ("Producers:B:Retries", "3"))).AddProducer("A");
        services.AddRocketeer().AddProducer("B");
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IStartupValidator>().Validate();
        Assert.Single(services, service => service.ServiceType == typeof(RocketeerClient));
        Assert.Contains("'A'", Assert.Throws<InvalidOperationException>(() => services.AddRocketeer().AddProducer("A")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:9876")]
    [InlineData("theirs:1", "NAMESRV_ADDR=theirs:1")]
    [InlineData("ours:1", "NAMESRV_ADDR=theirs:1", "ROCKETEER_NAMESRV=ours:1")]
    public void Name_servers_come_from_the_environment_by_default(string expected, params string[] environment) =>
        Assert.Equal(expected, RocketeerClientOptions.DefaultNameServers(
            name => environment.FirstOrDefault(set => set.StartsWith(name + '=', StringComparison.Ordinal))?[(name.Length + 1)..]));

    private static T Named<T>(IServiceProvider provider, string name) => provider.GetRequiredService<IOptionsMonitor<T>>().Get(name);

    private static IConfiguration Section(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Rocketeer:" + setting.Key, (string?)setting.Value)))
        .Build().GetSection("Rocketeer");

    private sealed class Nothing : IMessageHandler, ITransactionHandler
    {
        public ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken) => new(ConsumeResult.Success);

        public ValueTask<TransactionOutcome> ExecuteAsync(
            Message message, string transactionId, object? argument, CancellationToken cancellationToken) => new(TransactionOutcome.Commit);

        public ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken) => new(TransactionOutcome.Commit);
    }
}
