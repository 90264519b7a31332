using System.Diagnostics;
using Rocketeer.Client;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary>Sends one message after the other and measures how long each takes.</summary>
internal static class LatencyProbe
{
    private const string ProducerGroup = "rocketctl-probe";

    /// <summary>Sends to the queues of a topic in turn. The first send opens connections and does not count.</summary>
    /// <param name="client">Client of the cluster.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="broker">Only queues of this broker, or <see langword="null"/>.</param>
    /// <param name="count">Messages that count.</param>
    /// <param name="size">Bytes of each body.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<ProbeResult>> RunAsync(
        RocketeerClient client, string topic, string? broker, int count, int size, CancellationToken cancellationToken)
    {
        await using var producer = client.CreateProducer(ProducerGroup, options => options.Retries = 0);
        var queues = (await producer.GetQueuesAsync(topic, cancellationToken)).Where(queue => broker is null || queue.BrokerName == broker).ToArray();
        if (queues.Length == 0)
        {
            throw new CommandFailedException($"Topic '{topic}' has no queue to write to{(broker is null ? "" : $" on broker '{broker}'")}.");
        }

        var message = new Message(topic, new byte[size]);
        var results = new List<ProbeResult>(count);
        for (var number = -1; number < count; number++)
        {
            var result = await SendAsync(producer, message, queues[(number + 1) % queues.Length], cancellationToken);
            if (number >= 0)
            {
                results.Add(result);
            }
        }

        return results;
    }

    private static async Task<ProbeResult> SendAsync(Producer producer, Message message, MessageQueue queue, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        try
        {
            var sent = await producer.SendAsync(message, queue, cancellationToken);
            return new ProbeResult(queue, Stopwatch.GetElapsedTime(begin).TotalMilliseconds, sent.Status.ToString(), null);
        }
        catch (RocketeerException failure)
        {
            return new ProbeResult(queue, Stopwatch.GetElapsedTime(begin).TotalMilliseconds, "Failed", failure.Message);
        }
    }
}

/// <summary>What became of one send.</summary>
internal sealed record ProbeResult(MessageQueue Queue, double Milliseconds, string Status, string? Fault);
