using System.Text;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

/// <summary>One cluster for the tests of a class, each of which has topics and groups of its own. Every delay level is one second.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private static int _names;

    public InProcessCluster Cluster { get; private set; } = null!;

    public RocketeerClient Client { get; private set; } = null!;

    public Producer Producer { get; private set; } = null!;

    public AdminClient Admin => Client.Admin;

    /// <summary>A name that nobody else has.</summary>
    public static string NewName(string kind) => $"{kind}-{Interlocked.Increment(ref _names)}";

    public static Message Text(string topic, string text, string? tag = null) => new(topic, Encoding.UTF8.GetBytes(text)) { Tag = tag };

    /// <summary>Texts that tell messages apart.</summary>
    public static string[] Texts(int count, string prefix = "m") => [.. Enumerable.Range(0, count).Select(number => $"{prefix}{number}")];

    public async ValueTask InitializeAsync()
    {
        Cluster = await InProcessCluster.StartAsync(
            options => options.Store.MessageDelayLevel = string.Join(' ', Enumerable.Repeat("1s", 18)));
        Client = Cluster.CreateClient();
        Producer = Client.CreateProducer("test-producer", options => options.SendTimeout = TimeSpan.FromSeconds(10));
    }

    /// <summary>Creates a topic and waits until the name server tells of it.</summary>
    public async Task<string> NewTopicAsync(int queues = 4)
    {
        var topic = NewName("topic");
        await CreateTopicAsync(Cluster, Admin, topic, queues);
        return topic;
    }

    public static async Task CreateTopicAsync(InProcessCluster cluster, AdminClient admin, string topic, int queues)
    {
        await admin.CreateTopicAsync(
            cluster.BrokerAddress, new TopicSettings { Topic = topic, ReadQueues = queues, WriteQueues = queues }, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(async () => (await admin.GetTopicsAsync()).Contains(topic), () => $"no route to {topic}");
    }

    /// <summary>Sends texts one after the other, to all queues in turn or to one.</summary>
    public async Task<IReadOnlyList<SendResult>> SendAsync(string topic, IEnumerable<string> texts, MessageQueue? queue = null, string? tag = null)
    {
        var results = new List<SendResult>();
        foreach (var text in texts)
        {
            var message = Text(topic, text, tag);
            results.Add(queue is null ? await Producer.SendAsync(message) : await Producer.SendAsync(message, queue));
        }

        return results;
    }

    /// <summary>Waits until a topic's queues have so many messages (they follow the log by themselves) and reads them, each queue's in its order.</summary>
    public async Task<IReadOnlyList<MessageExt>> ReadStoredAsync(string topic, int count)
    {
        var stored = 0L;
        await Eventually.HoldsAsync(
            async () => (stored = (await Admin.GetTopicStatsAsync(topic)).OffsetTable.Values.Sum(queue => queue.MaxOffset)) >= count,
            () => $"{stored} of {count} messages are stored");
        await using var client = Cluster.CreateClient();
        await using var reader = client.CreatePullConsumer(NewName("reader"));
        var messages = new List<MessageExt>();
        foreach (var queue in await reader.GetQueuesAsync(topic))
        {
            var end = await reader.GetMaxOffsetAsync(queue);
            for (var offset = 0L; offset < end;)
            {
                var result = await reader.PullAsync(queue, offset);
                messages.AddRange(result.Messages);
                offset = result.NextOffset;
            }
        }

        Assert.Equal(count, messages.Count);
        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
