using Rocketeer.Operator.Entities;

namespace Rocketeer.Operator.Tests.Members;

/// <summary>An API server that fails at any single call changes when a Topic comes true and goes, not whether, and nothing is done twice.</summary>
public sealed class ApiFaultTests
{
    private const int CallsOfALife = 20;

    public static TheoryData<int> Codes => [409, 410, 429, 500, 0];

    [Theory]
    [MemberData(nameof(Codes))]
    public Task Whatever_call_fails_a_Topic_is_made_once_and_removed_once(int code) =>
        Parallel.ForEachAsync(Enumerable.Range(1, CallsOfALife), async (at, _) =>
        {
            var brokers = new FakeCluster("demo-0");
            await using var bench = await OperatorBench.StartAsync(brokers, new FaultyApi(at, code));
            await bench.CreateTopicAsync("orders", spec => spec.DeletionPolicy = DeletionPolicy.Delete);
            await bench.TopicAsync("orders", "Ready", "Synced");
            Assert.Equal(["demo-0: put orders"], brokers.Writes);

            await bench.DeleteAsync<Topic>("orders");
            await bench.GoneAsync<Topic>("orders");

            Assert.Null(brokers.Topic("demo-0", "orders"));
            Assert.Single(brokers.Writes, write => write == "demo-0: delete orders");
        });
}
