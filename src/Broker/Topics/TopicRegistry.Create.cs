using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Topics;

/// <summary>Topics that come to be on the way of a message or a heartbeat (reference: broker.md section 10.2).</summary>
internal sealed partial class TopicRegistry
{
    /// <summary>Finds a topic or creates it after a template, as the first send to it does.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="template">Name of a topic with the inherit permission; producers send TBW102.</param>
    /// <param name="queues">Queues that the producer wants; the template's are the limit.</param>
    /// <param name="sysFlag">System flag of a new topic.</param>
    /// <param name="problem">Why there is none, <see langword="null"/> on success.</param>
    /// <returns>The topic; in force before it is saved.</returns>
    public TopicConfig? FindOrCreateForSend(string topic, string template, int queues, int sysFlag, out string? problem)
    {
        problem = null;
        if (Find(topic) is { } known)
        {
            return known;
        }

        if (TopicNameRules.ProblemOfTopic(topic) is { } illegal)
        {
            problem = illegal;
            return null;
        }

        if (Count >= MaxAutomaticTopics)
        {
            problem = $"there are {Count} topics already, no more are created automatically";
            return null;
        }

        if (Find(template) is not { } pattern)
        {
            problem = $"the default topic {template} does not exist";
            return null;
        }

        var allowed = (template != TopicNames.AutoCreateTemplate || _options.AutoCreateTopicEnable)
            && (pattern.Perm & Permissions.Inherit) != 0;
        if (!allowed)
        {
            problem = $"the default topic {template} may not be inherited from, topics have to be created before they are used";
            return null;
        }

        return Create(new TopicConfig
        {
            TopicName = topic,
            ReadQueueNums = Math.Clamp(queues, 0, pattern.WriteQueueNums),
            WriteQueueNums = Math.Clamp(queues, 0, pattern.WriteQueueNums),
            Perm = pattern.Perm & ~Permissions.Inherit,
            TopicFilterType = pattern.TopicFilterType,
            TopicSysFlag = sysFlag,
        });
    }

    /// <summary>Finds a topic that the system needs, or creates it: retry and dead letter topics, those of transactions.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="queues">Queues of a new topic.</param>
    /// <param name="permission">Permission of a new topic.</param>
    /// <param name="sysFlag">System flag of a new topic.</param>
    /// <param name="problem">Why there is none, <see langword="null"/> on success.</param>
    /// <returns>The topic; in force before it is saved.</returns>
    public TopicConfig? FindOrCreate(string topic, int queues, int permission, int sysFlag, out string? problem)
    {
        problem = null;
        if (Find(topic) is { } known)
        {
            return known;
        }

        var created = new TopicConfig
        {
            TopicName = topic, ReadQueueNums = queues, WriteQueueNums = queues, Perm = permission, TopicSysFlag = sysFlag,
        };
        problem = Count < MaxAutomaticTopics ? Problem(created) : $"there are {Count} topics already, no more are created automatically";
        return problem is null ? Create(created) : null;
    }

    /// <summary>
    /// Gives a configuration to topics that have queues and none. After a crash only: a topic that a send created is in force, and its
    /// message acknowledged, a moment before topics.json has it.
    /// </summary>
    /// <param name="queues">Topics of the store with their number of queues.</param>
    public void AdoptFrom(IReadOnlyDictionary<string, int> queues)
    {
        foreach (var (topic, count) in queues)
        {
            if (topic is TopicNames.Schedule or TopicNames.TransactionHalf or TopicNames.TransactionOperation)
            {
                continue; // the system's own, which never have one
            }

            var permission = topic.StartsWith(TopicNames.DeadLetterPrefix, StringComparison.Ordinal)
                ? Permissions.Write
                : Permissions.ReadWrite;
            FindOrCreate(topic, Math.Min(count, MaxQueues), permission, 0, out _);
        }
    }

    private TopicConfig Create(TopicConfig topic)
    {
        lock (_lock)
        {
            if (!_topics.TryAdd(topic.TopicName, topic))
            {
                return _topics[topic.TopicName];
            }

            NextVersion();
        }

        _logger.TopicCreated(topic.TopicName, topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm);
        _ = SaveAsync();
        CreatedAutomatically?.Invoke();
        return topic;
    }

    private static IEnumerable<TopicConfig> BuiltIn(BrokerOptions options)
    {
        const int ReadWrite = Permissions.Read | Permissions.Write;
        const int Template = ReadWrite | Permissions.Inherit;
        yield return Make(TopicNames.SelfTest, 1, ReadWrite);
        if (options.AutoCreateTopicEnable)
        {
            yield return Make(TopicNames.AutoCreateTemplate, options.DefaultTopicQueueNums, Template);
        }

        yield return Make(TopicNames.Benchmark, 1024, ReadWrite);
        yield return Make(options.BrokerClusterName, 16, options.ClusterTopicEnable ? Template : Permissions.Inherit);
        yield return Make(options.BrokerName, 1, options.BrokerTopicEnable ? Template : Permissions.Inherit);
        yield return Make(TopicNames.OffsetMovedEvent, 1, ReadWrite);
        if (options.TraceTopicEnable)
        {
            yield return Make(options.MsgTraceTopicName, 1, ReadWrite);
        }
    }

    private static TopicConfig Make(string name, int queues, int permission) =>
        new() { TopicName = name, ReadQueueNums = queues, WriteQueueNums = queues, Perm = permission };
}
