using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Topics;

/// <summary>
/// The topics of this broker. Looking one up takes no lock; changes take turns, are saved in the background and announced to the name
/// servers. Thread-safe.
/// </summary>
internal sealed partial class TopicRegistry
{
    /// <summary>Most queues of a topic.</summary>
    public const int MaxQueues = 65_536;

    /// <summary>Above this number topics are only created by administrators, so that hostile names cannot fill the memory.</summary>
    public const int MaxAutomaticTopics = 200_000;

    private readonly ConcurrentDictionary<string, TopicConfig> _topics = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<TopicRegistry> _logger;
    private readonly ConfigFileSaver _saver;
    private DataVersion _version;

    /// <summary>Creates the registry with the system topics; <see cref="Load"/> adds the others.</summary>
    public TopicRegistry(BrokerOptions options, TimeProvider clock, ILogger<TopicRegistry> logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _version = DataVersion.Initial(clock);
        FilePath = Path.Combine(options.Store.ConfigDirectory, "topics.json");
        _saver = new ConfigFileSaver(FilePath, () => FastjsonPretty.Serialize(Snapshot()), logger);
        var builtIn = BuiltIn(options).ToList();
        SystemTopics = builtIn.Select(topic => topic.TopicName).ToFrozenSet(StringComparer.Ordinal);
        builtIn.ForEach(topic => _topics[topic.TopicName] = topic);
    }

    /// <summary>Topics were created on the way of a message or a heartbeat; the name servers do not know them yet.</summary>
    public event Action? CreatedAutomatically;

    /// <summary>Names of the topics that every broker has.</summary>
    public FrozenSet<string> SystemTopics { get; }

    /// <summary>topics.json.</summary>
    public string FilePath { get; }

    /// <summary>How many topics there are.</summary>
    public int Count => _topics.Count;

    /// <summary>The topics by name; walks the live table.</summary>
    public IEnumerable<KeyValuePair<string, TopicConfig>> All => _topics;

    /// <summary>Counter and time of the last change.</summary>
    public DataVersion Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>The topic, or <see langword="null"/>. For the hot paths: no lock, no allocation.</summary>
    public TopicConfig? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>All topics with the version that they make together.</summary>
    public TopicConfigSerializeWrapper Snapshot()
    {
        lock (_lock)
        {
            return new TopicConfigSerializeWrapper
            {
                DataVersion = _version,
                TopicConfigTable = _topics.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
            };
        }
    }

    /// <summary>Topics whose queues are in use, also those of the system that have no configuration of their own.</summary>
    public HashSet<string> InUse() =>
        [.. _topics.Keys, TopicNames.Schedule, TopicNames.TransactionHalf, TopicNames.TransactionOperation];

    /// <summary>Creates or changes a topic as an administrator asks.</summary>
    /// <returns>Why it cannot be, or <see langword="null"/>; changes are in force before they are saved.</returns>
    public string? Update(TopicConfig topic)
    {
        if (Problem(topic) is { } problem)
        {
            return problem;
        }

        lock (_lock)
        {
            var known = _topics.ContainsKey(topic.TopicName);
            _topics[topic.TopicName] = topic;
            NextVersion();
            if (known)
            {
                _logger.TopicUpdated(topic.TopicName, topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm);
            }
            else
            {
                _logger.TopicCreated(topic.TopicName, topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm);
            }
        }

        return null;
    }

    /// <summary>Removes a topic.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Delete(string topic)
    {
        lock (_lock)
        {
            if (!_topics.TryRemove(topic, out _))
            {
                return false;
            }

            NextVersion();
            _logger.TopicDeleted(topic);
            return true;
        }
    }

    /// <summary>Marks the topics that the name servers list as ordered, and no others.</summary>
    /// <returns>True when anything changed.</returns>
    public bool SetOrdered(IReadOnlySet<string> ordered)
    {
        lock (_lock)
        {
            var changed = false;
            foreach (var (name, topic) in _topics)
            {
                if (topic.Order != ordered.Contains(name))
                {
                    _topics[name] = topic with { Order = !topic.Order };
                    changed = true;
                }
            }

            if (changed)
            {
                NextVersion();
                _ = SaveAsync();
            }

            return changed;
        }
    }

    /// <summary>The version moves on although no topic changed: the broker's own permission did.</summary>
    public void Touch()
    {
        lock (_lock)
        {
            NextVersion();
        }
    }

    /// <summary>Saves topics.json.</summary>
    /// <returns><see langword="null"/>, or why it is not saved.</returns>
    public Task<string?> SaveAsync() => _saver.SaveAsync();

    private static string? Problem(TopicConfig topic) =>
        TopicNameRules.ProblemOfTopic(topic.TopicName)
        ?? ProblemOfQueues("readQueueNums", topic.ReadQueueNums)
        ?? ProblemOfQueues("writeQueueNums", topic.WriteQueueNums)
        ?? (topic.Perm is >= 0 and <= 15 ? null : $"perm {topic.Perm} is not a sum of 4 (read), 2 (write) and 1 (inherit)");

    private static string? ProblemOfQueues(string field, int queues) =>
        queues is >= 1 and <= MaxQueues ? null : $"{field} {queues} is not within 1 and {MaxQueues}";

    private void NextVersion() => _version = _version.Next(_clock);
}
