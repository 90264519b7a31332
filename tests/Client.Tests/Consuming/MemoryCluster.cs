using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Tracing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

/// <summary>
/// Brokers and name servers in memory, behind the seam that consumers use: queues with messages, group offsets, members, long polls,
/// and failures on demand. One per test; each client of it has a <see cref="MemoryBackend"/>.
/// </summary>
internal sealed class MemoryCluster
{
    private readonly ConcurrentDictionary<MessageQueue, List<MessageExt>> _queues = new();
    private readonly Lock _gate = new();
    private int _defectsMet;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public ConcurrentDictionary<(string Group, MessageQueue Queue), long> Offsets { get; } = new();

    public ConcurrentDictionary<string, byte> Members { get; } = new();

    public ConcurrentQueue<(MessageExt Message, int DelayLevel, int MaxReconsumeTimes)> SentBack { get; } = new();

    public ConcurrentQueue<Message> Sent { get; } = new();

    public ConcurrentQueue<PullCall> Pulls { get; } = new();

    /// <summary>Replaces the answer of a pull when it returns one.</summary>
    public Func<PullCall, PullAnswer?>? OnPull { get; set; }

    public bool SendBackFails { get; set; }

    public bool SendFails { get; set; }

    /// <summary>Thrown by whatever writes to a broker: an exception that no part of the client plans with.</summary>
    public Exception? Defect { get; set; }

    /// <summary>Writes that met the <see cref="Defect"/>.</summary>
    public int DefectsMet => Volatile.Read(ref _defectsMet);

    /// <summary>Runs before each heartbeat.</summary>
    public Action? OnHeartbeat { get; set; }

    public bool MembersFail { get; set; }

    public bool LocksFail { get; set; }

    /// <summary>Which client has which queue; like a broker's, one table for all groups is enough here.</summary>
    public ConcurrentDictionary<MessageQueue, string> Locks { get; } = new();

    public ConcurrentQueue<(string ClientId, MessageQueue Queue)> Unlocks { get; } = new();

    public bool OffsetsFail { get; set; }

    public MemoryCluster WithTopic(string topic, int queues, int messagesPerQueue = 0)
    {
        for (var id = 0; id < queues; id++)
        {
            var queue = new MessageQueue(topic, "broker-a", id);
            _queues[queue] = [];
            for (var i = 0; i < messagesPerQueue; i++)
            {
                Add(queue);
            }
        }

        return this;
    }

    public MessageExt Add(MessageQueue queue, string? tag = null, string? retryOf = null)
    {
        lock (_gate)
        {
            var messages = _queues[queue];
            var message = new MessageExt
            {
                Topic = retryOf ?? queue.Topic,
                BrokerName = queue.BrokerName,
                QueueId = queue.QueueId,
                QueueOffset = messages.Count,
                CommitLogOffset = messages.Count * 100,
                Body = new byte[8],
                Properties = new Dictionary<string, string>(),
            };
            if (tag is not null)
            {
                message.Properties[PropertyNames.Tags] = tag;
            }

            messages.Add(message);
            _arrived.SetResult();
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return message;
        }
    }

    public void ThrowDefect()
    {
        if (Defect is { } defect)
        {
            Interlocked.Increment(ref _defectsMet);
            throw defect;
        }
    }

    public MemoryBackend Client(string id) => new(this, id);

    public IReadOnlyList<MessageQueue> QueuesOf(string topic) => _queues.Keys.Where(queue => queue.Topic == topic).Order().ToList() is { Count: > 0 } queues
        ? queues
        : throw new RouteNotFoundException(topic, "no route");

    public long MaxOffset(MessageQueue queue)
    {
        lock (_gate)
        {
            return _queues[queue].Count;
        }
    }

    public async ValueTask<PullAnswer> PullAsync(PullCall call, CancellationToken cancellationToken)
    {
        Pulls.Enqueue(call);
        if (OnPull?.Invoke(call) is { } scripted)
        {
            return scripted;
        }

        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                var messages = _queues[call.Queue];
                if (call.Offset > messages.Count)
                {
                    return new PullAnswer(PullStatus.OffsetIllegal, messages.Count, 0, messages.Count, 0, []);
                }

                var found = messages.Skip((int)call.Offset).Take(call.MaxMessages).ToArray();
                if (found.Length > 0)
                {
                    return new PullAnswer(PullStatus.Found, call.Offset + found.Length, 0, messages.Count, 0, found);
                }

                if (call.Suspend is null)
                {
                    return new PullAnswer(PullStatus.NoNewMessage, call.Offset, 0, messages.Count, 0, []);
                }

                arrived = _arrived.Task;
            }

            await arrived.WaitAsync(cancellationToken);
        }
    }
}

/// <summary>One client of a <see cref="MemoryCluster"/>.</summary>
internal sealed class MemoryBackend(MemoryCluster cluster, string clientId) : IConsumerBackend
{
    public string ClientId => clientId;

    public string NameServers => "127.0.0.1:9876";

    public string? ConfiguredInstance => null;

    public TimeProvider Clock => cluster.Clock;

    public ILoggerFactory Loggers => NullLoggerFactory.Instance;

    public TimeSpan OffsetPersistInterval => TimeSpan.FromSeconds(5);

    public IGroupMember? Member { get; private set; }

    public int Heartbeats { get; private set; }

    public void Register(IGroupMember member) => Member = member;

    public ValueTask UnregisterAsync(IGroupMember member)
    {
        Member = null;
        cluster.Members.TryRemove(clientId, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask HeartbeatAsync(CancellationToken cancellationToken)
    {
        cluster.OnHeartbeat?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        Heartbeats++;
        cluster.Members.TryAdd(clientId, 0);
        return ValueTask.CompletedTask;
    }

    public ValueTask CheckAsync(string group, Subscription subscription, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken) => new(cluster.QueuesOf(topic));

    public ValueTask<IReadOnlyList<string>> GetMembersAsync(string topic, string group, CancellationToken cancellationToken) =>
        cluster.MembersFail ? throw new BrokerUnreachableException("down") : new([.. cluster.Members.Keys]);

    public ValueTask<PullAnswer> PullAsync(PullCall call, CancellationToken cancellationToken) => cluster.PullAsync(call, cancellationToken);

    public ValueTask<long?> QueryOffsetAsync(string group, MessageQueue queue, CancellationToken cancellationToken) =>
        cluster.OffsetsFail ? throw new BrokerUnreachableException("down")
        : new(cluster.Offsets.TryGetValue((group, queue), out var offset) ? offset : null);

    public ValueTask CommitOffsetAsync(string group, MessageQueue queue, long offset, bool awaitAnswer, CancellationToken cancellationToken)
    {
        cluster.ThrowDefect();
        if (cluster.OffsetsFail)
        {
            throw new BrokerUnreachableException("down");
        }

        cluster.Offsets[(group, queue)] = offset;
        return ValueTask.CompletedTask;
    }

    public ValueTask<long> GetMaxOffsetAsync(MessageQueue queue, CancellationToken cancellationToken) => new(cluster.MaxOffset(queue));

    public ValueTask<long> GetMinOffsetAsync(MessageQueue queue, CancellationToken cancellationToken) => new(0);

    public ValueTask<long> SearchOffsetAsync(MessageQueue queue, long timestampMs, CancellationToken cancellationToken) => new(2);

    public ValueTask SendBackAsync(
        string group, string brokerName, MessageExt message, int delayLevel, int maxReconsumeTimes, CancellationToken cancellationToken)
    {
        cluster.ThrowDefect();
        if (cluster.SendBackFails)
        {
            throw new BrokerRejectedException(ResponseCode.SystemError, "no", brokerName);
        }

        cluster.SentBack.Enqueue((message, delayLevel, maxReconsumeTimes));
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyCollection<MessageQueue>> LockAsync(
        string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken) =>
        cluster.LocksFail
            ? throw new BrokerUnreachableException("down")
            : new(queues.Where(queue => cluster.Locks.GetOrAdd(queue, clientId) == clientId).ToList());

    public ValueTask UnlockAsync(string group, string brokerName, IReadOnlyList<MessageQueue> queues, CancellationToken cancellationToken)
    {
        foreach (var queue in queues)
        {
            cluster.Locks.TryRemove(new KeyValuePair<MessageQueue, string>(queue, clientId));
            cluster.Unlocks.Enqueue((clientId, queue));
        }

        return ValueTask.CompletedTask;
    }

    public HandlingTracer? CreateTracer(string group, TraceOptions options) => null;

    public ValueTask SendAsync(Message message, CancellationToken cancellationToken)
    {
        cluster.ThrowDefect();
        if (cluster.SendFails)
        {
            throw new BrokerUnreachableException("down");
        }

        cluster.Sent.Enqueue(message);
        return ValueTask.CompletedTask;
    }
}
