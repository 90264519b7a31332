using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Rocketeer.Client;
using Rocketeer.Operator.Brokers;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Groups;

/// <summary>
/// Moves offsets once per request id (operator reference, 4.7): what will be done is in the status before it is done, and a reset that is
/// found half done is finished only where nobody has moved the offsets since.
/// </summary>
/// <param name="api">The API.</param>
internal sealed class OffsetReset(KubeApi api)
{
    /// <summary>True when a request waits for something to be done.</summary>
    public static bool IsOpen(ConsumerGroup group) =>
        group.Spec.OffsetReset is { } wanted && (group.Status.OffsetReset is not { } last || last.RequestId != wanted.RequestId || last.State is "Pending" or "Running");

    /// <summary>Does what is asked for.</summary>
    /// <param name="group">The resource; read anew here, because an older one may not know that the reset has begun.</param>
    /// <param name="admin">The cluster.</param>
    /// <param name="masters">Its broker groups; all of them answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the status shall say.</returns>
    /// <exception cref="RocketeerException">A broker refused or did not answer; the next pass finds the reset Running.</exception>
    /// <exception cref="KubeApiException">The status could not be written; nothing was done.</exception>
    public async Task<OffsetResetStatus?> RunAsync(
        ConsumerGroup group, IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, CancellationToken cancellationToken)
    {
        var live = await api.FindAsync<ConsumerGroup>(group.Namespace(), group.Name(), cancellationToken);
        if (live is null || live.Uid() != group.Uid() || live.Generation() != group.Generation() || !IsOpen(live))
        {
            return live?.Status.OffsetReset;
        }

        var wanted = live.Spec.OffsetReset!;
        var now = await CommittedAsync(admin, masters, live.GroupName, wanted, cancellationToken);
        if (live.Status.OffsetReset is { State: "Running" } begun && begun.RequestId == wanted.RequestId)
        {
            return await ResumeAsync(live, begun, now, admin, masters, cancellationToken);
        }

        var status = new OffsetResetStatus
        {
            RequestId = wanted.RequestId,
            Before = now,
            After = await TargetsAsync(admin, masters, wanted, now, cancellationToken),
        };
        var isOnline = await IsOnlineAsync(admin, masters, live.GroupName, cancellationToken);
        if (wanted.DryRun)
        {
            return With(status, "DryRun", "Nothing was moved: dryRun is true.");
        }

        if (isOnline && wanted.WhenOnline == WhenOnline.Refuse)
        {
            return With(status, "Refused", "Members are online and whenOnline is Refuse; stop them and ask with a new requestId.");
        }

        if (isOnline && (wanted.To == OffsetTarget.Offset || wanted.Queues.Count > 0))
        {
            return With(status, "Refused", "Members that are online can only be told a time for all queues; stop them and ask with a new requestId.");
        }

        await BeginAsync(live, With(status, "Running", "Offsets are being moved."), cancellationToken);
        if (isOnline)
        {
            await NotifyAsync(admin, masters, live.GroupName, wanted, cancellationToken);
            return With(status, "Done", "The members that are online were told.");
        }

        await MoveAsync(live, status.After, admin, masters, cancellationToken);
        return With(status, "Done", "The offsets were moved.");
    }

    // With the version: of two operators that both believe they lead, one is refused here.
    private async Task BeginAsync(ConsumerGroup live, OffsetResetStatus status, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = live.ResourceVersion() },
            ["status"] = new JsonObject { ["offsetReset"] = JsonNode.Parse(KubernetesJson.Serialize(status)) },
        };
        await api.PatchAsync<ConsumerGroup>(live.Namespace(), live.Name(), patch, "status", cancellationToken);
    }

    private static async Task<OffsetResetStatus> ResumeAsync(
        ConsumerGroup live, OffsetResetStatus begun, List<QueueOffset> now, IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, CancellationToken cancellationToken)
    {
        var at = now.ToDictionary(queue => (queue.Broker, queue.Queue), queue => queue.Offset);
        var before = (begun.Before ?? []).ToDictionary(queue => (queue.Broker, queue.Queue), queue => queue.Offset);
        var open = (begun.After ?? []).Where(queue => at.GetValueOrDefault((queue.Broker, queue.Queue)) != queue.Offset).ToList();
        if (open.Count == 0)
        {
            return With(begun, "Done", "The offsets were moved.");
        }

        var untouched = open.TrueForAll(queue => at.GetValueOrDefault((queue.Broker, queue.Queue)) == before.GetValueOrDefault((queue.Broker, queue.Queue)));
        if (!untouched || await IsOnlineAsync(admin, masters, live.GroupName, cancellationToken))
        {
            return With(begun, "Failed", "The operator ended while it moved the offsets, and members have moved them since; look at before and after, and ask with a new requestId.");
        }

        await MoveAsync(live, open, admin, masters, cancellationToken);
        return With(begun, "Done", "The offsets were moved; the operator was interrupted in between.");
    }

    private static async Task MoveAsync(
        ConsumerGroup live, IList<QueueOffset> targets, IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            var master = masters.First(broker => broker.Name == target.Broker).Master!;
            await admin.SetOffsetAsync(master, live.GroupName, live.Spec.OffsetReset!.Topic, target.Queue, target.Offset, cancellationToken);
        }
    }

    private static async Task NotifyAsync(
        IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, string group, OffsetResetSpec wanted, CancellationToken cancellationToken)
    {
        const long End = -1;
        var time = wanted.To switch
        {
            OffsetTarget.Earliest => 0,
            OffsetTarget.Latest => End,
            _ => new DateTimeOffset(wanted.Timestamp!.Value.ToUniversalTime()).ToUnixTimeMilliseconds(),
        };
        foreach (var broker in masters)
        {
            if ((await admin.GetOffsetsAsync(broker.Master!, wanted.Topic, cancellationToken)).Count > 0)
            {
                await admin.NotifyResetAsync(broker.Master!, group, wanted.Topic, time, cancellationToken);
            }
        }
    }

    private static async Task<bool> IsOnlineAsync(IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, string group, CancellationToken cancellationToken)
    {
        var members = await Task.WhenAll(masters.Select(broker => admin.GetMembersAsync(broker.Master!, group, cancellationToken)));
        return members.Any(connection => connection is { ConnectionSet.Count: > 0 });
    }

    // Queues without a committed offset stand at 0, as the brokers count them.
    private static async Task<List<QueueOffset>> CommittedAsync(
        IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, string group, OffsetResetSpec wanted, CancellationToken cancellationToken)
    {
        var all = new List<QueueOffset>();
        foreach (var broker in masters)
        {
            var committed = (await admin.GetProgressAsync(broker.Master!, group, wanted.Topic, cancellationToken)).ToDictionary(queue => queue.Queue, queue => queue.Committed);
            var queues = (await admin.GetOffsetsAsync(broker.Master!, wanted.Topic, cancellationToken)).Keys.Order();
            all.AddRange(queues
                .Where(queue => wanted.Queues.Count == 0 || wanted.Queues.Contains(queue))
                .Select(queue => new QueueOffset { Broker = broker.Name, Queue = queue, Offset = Math.Max(0, committed.GetValueOrDefault(queue)) }));
        }

        return all;
    }

    private static async Task<List<QueueOffset>> TargetsAsync(
        IClusterAdmin admin, IReadOnlyList<BrokerGroup> masters, OffsetResetSpec wanted, List<QueueOffset> queues, CancellationToken cancellationToken)
    {
        var targets = new List<QueueOffset>();
        foreach (var broker in masters)
        {
            var offsets = await admin.GetOffsetsAsync(broker.Master!, wanted.Topic, cancellationToken);
            foreach (var queue in queues.Where(queue => queue.Broker == broker.Name))
            {
                var (min, max) = (offsets[queue.Queue].MinOffset, offsets[queue.Queue].MaxOffset);
                var to = wanted.To switch
                {
                    OffsetTarget.Earliest => min,
                    OffsetTarget.Latest => max,
                    OffsetTarget.Offset => wanted.Offset ?? 0,
                    _ => await admin.SearchOffsetAsync(broker.Master!, wanted.Topic, queue.Queue, new DateTimeOffset(wanted.Timestamp!.Value.ToUniversalTime()), cancellationToken),
                };
                targets.Add(new QueueOffset { Broker = broker.Name, Queue = queue.Queue, Offset = Math.Clamp(to, min, Math.Max(min, max)) });
            }
        }

        return targets;
    }

    private static OffsetResetStatus With(OffsetResetStatus status, string state, string message) => new()
    {
        RequestId = status.RequestId, State = state, Message = message, Before = status.Before, After = status.After,
    };
}
