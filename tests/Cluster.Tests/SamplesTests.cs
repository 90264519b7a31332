using System.Net.Http.Json;
using Rocketeer.Client.Consuming;
using Rocketeer.Cluster.Tests.Processes;

namespace Rocketeer.Cluster.Tests;

/// <summary>Each sample runs, as a process of its own, against a cluster.</summary>
public sealed class SamplesTests : IAsyncLifetime
{
    private InProcessCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await InProcessCluster.StartAsync();
        await using var client = _cluster.CreateClient();
        await ClusterFixture.CreateTopicAsync(_cluster, client.Admin, "orders", 4);
        await ClusterFixture.CreateTopicAsync(_cluster, client.Admin, "parcels", 4);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_worker_bills_what_the_web_API_takes()
    {
        await using var worker = SampleProcess.Start("Worker", _cluster.NameServers);
        await using var api = SampleProcess.Start("WebApi", _cluster.NameServers);
        var address = await api.PrintsAsync("Now listening on: ");
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        var answer = await http.PostAsJsonAsync("/orders", new { Number = "4711", Cents = 1250 }, TestContext.Current.CancellationToken);
        var health = await http.GetStringAsync("/healthz", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("Healthy", health);
        Assert.Equal("1250 cents", await worker.PrintsAsync("billed 4711: "));
    }

    [Fact]
    public async Task The_transaction_announces_only_what_was_committed()
    {
        await using var client = _cluster.CreateClient();
        await using var consumer = client.CreatePushConsumer("auditors", options => options.ConsumeFrom = ConsumeFrom.FirstOffset);
        consumer.Subscribe("orders");
        var inbox = new Inbox();
        await consumer.StartAsync(async (message, cancellationToken) =>
        {
            await inbox.AcceptAsync(message, cancellationToken);
            return ConsumeResult.Success;
        });
        await using var sample = SampleProcess.Start("Transaction", _cluster.NameServers);

        Assert.Equal(0, await sample.EndsAsync());
        Assert.Equal("Rollback", await sample.PrintsAsync("T-2: "));
        await inbox.HasExactlyAsync(["""{"number":"T-1","cents":100}""", """{"number":"T-3","cents":300}"""]);
    }

    [Fact]
    public async Task The_ordered_flow_keeps_the_steps_of_each_parcel_in_order()
    {
        await using var sample = SampleProcess.Start("OrderedFlow", _cluster.NameServers);

        Assert.Equal(0, await sample.EndsAsync());
        var steps = sample.Output.Split('\n').Select(line => line.Split(' ')).Where(words => words[0].StartsWith("parcel-", StringComparison.Ordinal)).ToList();
        Assert.Equal(12, steps.Count);
        Assert.All(steps.GroupBy(words => words[0], words => words[1].Trim()), parcel => Assert.Equal(["packed", "shipped", "delivered"], parcel));
    }
}
