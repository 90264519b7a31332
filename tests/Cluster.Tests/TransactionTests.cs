using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Broker.Configuration;
using Rocketeer.Client;
using Rocketeer.Client.Producing.Transactions;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

public sealed class TransactionTests
{
    private const string Topic = "topic";
    private const string Group = "transactions";

    [Fact]
    public async Task Consumers_get_what_is_committed_and_nothing_else()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        var inbox = await ConsumeAsync(cluster, client);
        var handler = new Handler { Executed = text => text.StartsWith('c') ? TransactionOutcome.Commit : TransactionOutcome.Rollback };
        await using var producer = client.CreateTransactionProducer(Group, handler);

        foreach (var text in new[] { "c1", "r1", "c2", "r2" })
        {
            var result = await producer.SendInTransactionAsync(ClusterFixture.Text(Topic, text, "TagA"), argument: text);
            Assert.Equal((handler.Executed(text), null), (result.Outcome, result.Failure));
        }

        await inbox.HasExactlyAsync(["c1", "c2"]);
        Assert.Equal(["c1", "r1", "c2", "r2"], handler.Arguments);
        Assert.Empty(handler.Checks);
        Assert.All(inbox.Messages, message => Assert.Equal("TagA", message.Tags));
        Assert.Equal(handler.Ids.Order(), handler.Ids.Distinct().Order());
    }

    [Fact]
    public async Task A_transaction_here_and_now_is_committed_and_one_that_throws_is_asked_about()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        var inbox = await ConsumeAsync(cluster, client);
        var handler = new Handler { Checked = (_, _) => TransactionOutcome.Commit };
        await using var producer = client.CreateTransactionProducer(Group, handler);

        var fine = await producer.SendInTransactionAsync(ClusterFixture.Text(Topic, "fine"), (_, _, _) => ValueTask.FromResult(TransactionOutcome.Commit));
        var thrown = await producer.SendInTransactionAsync(
            ClusterFixture.Text(Topic, "thrown"), (_, _, _) => throw new InvalidOperationException("the database is away"));

        Assert.Equal(TransactionOutcome.Commit, fine.Outcome);
        Assert.Equal((TransactionOutcome.Unknown, "the database is away"), (thrown.Outcome, thrown.Failure?.Message));
        await inbox.HasExactlyAsync(["fine", "thrown"]);
        Assert.Equal([thrown.TransactionId], handler.Checks.Distinct());
    }

    [Fact]
    public async Task A_check_is_repeated_until_the_outcome_is_known_also_for_a_compressed_message()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        var inbox = await ConsumeAsync(cluster, client);
        var text = new string('x', 10_000);
        var handler = new Handler
        {
            Executed = _ => TransactionOutcome.Unknown,
            Checked = (message, times) => Inbox.TextOf(message) != text ? TransactionOutcome.Rollback
                : times < 3 ? TransactionOutcome.Unknown
                : TransactionOutcome.Commit,
        };
        await using var producer = client.CreateTransactionProducer(Group, handler);

        await producer.SendInTransactionAsync(ClusterFixture.Text(Topic, text));

        await inbox.HasExactlyAsync([text]);
        Assert.Equal(3, handler.Checks.Count);
    }

    [Fact]
    public async Task Transactions_that_were_open_when_the_broker_stopped_are_ended_by_another_producer_of_the_group()
    {
        await using var cluster = await StartAsync(options => options.Transactions.TransactionCheckInterval = 3_600_000);
        await using var consuming = cluster.CreateClient(Quick);
        var inbox = await ConsumeAsync(cluster, consuming);
        await using (var client = cluster.CreateClient())
        {
            var gone = client.CreateTransactionProducer(Group, new Handler { Executed = _ => TransactionOutcome.Unknown });
            await gone.SendInTransactionAsync(ClusterFixture.Text(Topic, "commit"));
            await gone.SendInTransactionAsync(ClusterFixture.Text(Topic, "rollback"));
        }

        await cluster.RestartBrokerAsync(Quick);
        await using var other = cluster.CreateClient(Quick);
        var handler = new Handler
        {
            Checked = (message, _) => Inbox.TextOf(message) == "commit" ? TransactionOutcome.Commit : TransactionOutcome.Rollback,
        };
        await using var heir = other.CreateTransactionProducer(Group, handler, options => options.Topics.Add(Topic));

        await inbox.HasAllAsync(["commit"]);
        await Eventually.HoldsAsync(() => handler.Checks.Distinct().Count() == 2, () => $"{handler.Checks.Count} checks came");
        Assert.DoesNotContain("rollback", inbox.Texts);
    }

    [Fact]
    public async Task A_registered_handler_runs_and_checks_in_scopes_of_its_own()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        var inbox = await ConsumeAsync(cluster, client);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ConcurrentQueue<string>>();
        builder.Services.AddRocketeer(options => options.NameServers = cluster.NameServers)
            .AddTransactionProducer<HostedHandler>(Group, options => options.Topics.Add(Topic));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var result = await host.Services.GetRequiredService<TransactionProducer>().SendInTransactionAsync(ClusterFixture.Text(Topic, "hosted"));

        await inbox.HasExactlyAsync(["hosted"]);
        var steps = host.Services.GetRequiredService<ConcurrentQueue<string>>();
        Assert.Equal(TransactionOutcome.Unknown, result.Outcome);
        Assert.StartsWith("execute ", steps.First(), StringComparison.Ordinal);
        Assert.Contains(steps, step => step.StartsWith("check ", StringComparison.Ordinal));
        Assert.Equal(steps.Count, steps.Select(step => step.Split(' ')[1]).Distinct().Count());
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_delayed_message_and_a_wrong_setting_are_refused()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateTransactionProducer(Group, new Handler());

        await Assert.ThrowsAsync<MessageIllegalException>(
            () => producer.SendInTransactionAsync(new Message(Topic, "x"u8.ToArray()) { DelayLevel = 1 }));
        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => client.CreateTransactionProducer("other", new Handler(), options => options.ChecksAtOnce = 0));
        Assert.Throws<InvalidOperationException>(() => client.CreateTransactionProducer(Group, new Handler()));
    }

    private static Task<InProcessCluster> StartAsync(Action<BrokerOptions>? configure = null) => InProcessCluster.StartAsync(options =>
    {
        Quick(options);
        configure?.Invoke(options);
    });

    private static void Quick(BrokerOptions options)
    {
        options.Transactions.TransactionTimeOut = 1000;
        options.Transactions.TransactionCheckInterval = 300;
    }

    private static void Quick(RocketeerClientOptions options)
    {
        options.RoutePollInterval = TimeSpan.FromSeconds(1);
        options.HeartbeatInterval = TimeSpan.FromSeconds(1);
    }

    private static async Task<Inbox> ConsumeAsync(InProcessCluster cluster, RocketeerClient client)
    {
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, Topic, 2);
        var consumer = PushConsumerTests.CreateConsumer(client, ClusterFixture.NewName("group"), Topic); // the client disposes it
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);
        return inbox;
    }

    private sealed class Handler : ITransactionHandler
    {
        public Func<string, TransactionOutcome> Executed { get; init; } = _ => TransactionOutcome.Unknown;

        public Func<MessageExt, int, TransactionOutcome> Checked { get; init; } = (_, _) => TransactionOutcome.Unknown;

        public ConcurrentQueue<object?> Arguments { get; } = new();

        public ConcurrentQueue<string> Ids { get; } = new();

        public ConcurrentQueue<string> Checks { get; } = new();

        public ValueTask<TransactionOutcome> ExecuteAsync(Message message, string transactionId, object? argument, CancellationToken cancellationToken)
        {
            Arguments.Enqueue(argument);
            Ids.Enqueue(transactionId);
            return ValueTask.FromResult(Executed(System.Text.Encoding.UTF8.GetString(message.Body.Span)));
        }

        public ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken)
        {
            Checks.Enqueue(message.MessageId);
            return ValueTask.FromResult(Checked(message, Checks.Count));
        }
    }

    private sealed class HostedHandler(ConcurrentQueue<string> steps) : ITransactionHandler
    {
        private readonly Guid _id = Guid.NewGuid();

        public ValueTask<TransactionOutcome> ExecuteAsync(Message message, string transactionId, object? argument, CancellationToken cancellationToken)
        {
            steps.Enqueue($"execute {_id}");
            return ValueTask.FromResult(TransactionOutcome.Unknown);
        }

        public ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken)
        {
            steps.Enqueue($"check {_id}");
            return ValueTask.FromResult(TransactionOutcome.Commit);
        }
    }
}
