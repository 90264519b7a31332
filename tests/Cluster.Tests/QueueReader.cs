using System.Text;
using Rocketeer.Client;
using Rocketeer.Cluster.Tests.Processes;

namespace Rocketeer.Cluster.Tests;

/// <summary>Reads whole queues, from whichever process of a broker serves them now.</summary>
internal static class QueueReader
{
    /// <summary>Bodies by queue and offset.</summary>
    public static async Task<IReadOnlyDictionary<(int QueueId, long QueueOffset), string>> ReadAllAsync(BrokerPair pair, string topic)
    {
        await using var client = pair.NewClient();
        await using var consumer = client.CreatePullConsumer("reader");
        var read = new Dictionary<(int, long), string>();
        foreach (var queue in await UntilServedAsync(() => consumer.GetQueuesAsync(topic)))
        {
            var end = await UntilServedAsync(() => consumer.GetMaxOffsetAsync(queue));
            for (var offset = await UntilServedAsync(() => consumer.GetMinOffsetAsync(queue)); offset < end;)
            {
                var result = await UntilServedAsync(() => consumer.PullAsync(queue, offset, 32));
                foreach (var message in result.Messages)
                {
                    read[(queue.QueueId, message.QueueOffset)] = Encoding.ASCII.GetString(message.Body.Span);
                }

                Assert.True(result.NextOffset > offset, $"{queue} does not go on at {offset}: {result.Status}");
                offset = result.NextOffset;
            }
        }

        return read;
    }

    /// <summary>A route that leads to a process that is gone is asked for again, which takes a moment.</summary>
    private static async Task<T> UntilServedAsync<T>(Func<Task<T>> ask)
    {
        T? answer = default;
        RocketeerException? problem = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    answer = await ask();
                    return true;
                }
                catch (RocketeerException again)
                {
                    problem = again;
                    return false;
                }
            },
            () => $"{problem}");
        return answer!;
    }
}
