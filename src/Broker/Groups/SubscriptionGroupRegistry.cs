using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Topics;
using Rocketeer.Hosting;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Groups;

/// <summary>The settings of the consumer groups (reference: broker.md section 10.4). Looking one up takes no lock. Thread-safe.</summary>
internal sealed class SubscriptionGroupRegistry
{
    /// <summary>Groups that are created automatically at most, so that hostile names cannot fill the memory.</summary>
    public const int MaxGroups = 100_000;

    private const string SystemPrefix = "CID_RMQ_SYS_";
    private static readonly string[] BuiltIn =
    [
        "TOOLS_CONSUMER", "FILTERSRV_CONSUMER", "SELF_TEST_C_GROUP", "CID_ONS-HTTP-PROXY", "CID_ONSAPI_PULL", "CID_ONSAPI_PERMISSION",
        "CID_ONSAPI_OWNER",
    ];

    private readonly ConcurrentDictionary<string, SubscriptionGroupConfig> _groups = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<SubscriptionGroupRegistry> _logger;
    private readonly ConfigFileSaver _saver;
    private DataVersion _version;

    /// <summary>Creates the registry with the groups that every broker has; <see cref="Load"/> adds the others.</summary>
    public SubscriptionGroupRegistry(BrokerOptions options, TimeProvider clock, ILogger<SubscriptionGroupRegistry> logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _version = DataVersion.Initial(clock);
        FilePath = Path.Combine(options.Store.ConfigDirectory, "subscriptionGroup.json");
        _saver = new ConfigFileSaver(FilePath, () => FastjsonPretty.Serialize(Snapshot()), logger);
        foreach (var name in BuiltIn)
        {
            _groups[name] = new SubscriptionGroupConfig { GroupName = name };
        }
    }

    /// <summary>subscriptionGroup.json.</summary>
    public string FilePath { get; }

    /// <summary>How many groups there are.</summary>
    public int Count => _groups.Count;

    /// <summary>
    /// The settings of a group; an unknown one is created with the defaults when that is allowed, and its file is saved in the background.
    /// </summary>
    /// <returns><see langword="null"/> when there are none and none may be created.</returns>
    public SubscriptionGroupConfig? FindOrCreate(string group)
    {
        if (_groups.TryGetValue(group, out var known))
        {
            return known;
        }

        var allowed = (_options.AutoCreateSubscriptionGroup || group.StartsWith(SystemPrefix, StringComparison.Ordinal))
            && TopicNameRules.ProblemOfGroup(group) is null
            && _groups.Count < MaxGroups;
        if (!allowed)
        {
            return null;
        }

        lock (_lock)
        {
            var created = new SubscriptionGroupConfig { GroupName = group };
            if (!_groups.TryAdd(group, created))
            {
                return _groups[group];
            }

            _version = _version.Next(_clock);
            _logger.GroupCreated(group);
            _ = SaveAsync();
            return created;
        }
    }

    /// <summary>The settings of a group, or <see langword="null"/>; never creates one.</summary>
    public SubscriptionGroupConfig? Find(string group) => _groups.GetValueOrDefault(group);

    /// <summary>Creates or changes a group as an administrator asks.</summary>
    /// <returns>Why it cannot be, or <see langword="null"/>; changes are in force before they are saved.</returns>
    public string? Update(SubscriptionGroupConfig group)
    {
        var problem = TopicNameRules.ProblemOfGroup(group.GroupName)
            ?? (group.RetryQueueNums is < 0 or > TopicRegistry.MaxQueues ? $"retryQueueNums {group.RetryQueueNums} is not within 0 and {TopicRegistry.MaxQueues}" : null)
            ?? (group.RetryMaxTimes < -1 ? $"retryMaxTimes {group.RetryMaxTimes} is negative" : null);
        if (problem is not null)
        {
            return problem;
        }

        lock (_lock)
        {
            _groups[group.GroupName] = group;
            _version = _version.Next(_clock);
            _logger.GroupUpdated(group.GroupName);
        }

        return null;
    }

    /// <summary>Takes the right to consume from a group, until an administrator gives it back or the broker starts again: it is not saved.</summary>
    /// <returns>False when there is no such group, or it has no right to consume.</returns>
    public bool DisableConsumption(string group)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue(group, out var known) || !known.ConsumeEnable)
            {
                return false;
            }

            _groups[group] = known with { ConsumeEnable = false };
            _version = _version.Next(_clock);
            return true;
        }
    }

    /// <summary>Removes a group.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Delete(string group)
    {
        lock (_lock)
        {
            if (!_groups.TryRemove(group, out _))
            {
                return false;
            }

            _version = _version.Next(_clock);
            _logger.GroupDeleted(group);
            return true;
        }
    }

    /// <summary>All groups with the version that they make together.</summary>
    public SubscriptionGroupWrapper Snapshot()
    {
        lock (_lock)
        {
            return new SubscriptionGroupWrapper
            {
                DataVersion = _version,
                SubscriptionGroupTable = _groups.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
            };
        }
    }

    /// <summary>Saves subscriptionGroup.json.</summary>
    /// <returns><see langword="null"/>, or why it is not saved.</returns>
    public Task<string?> SaveAsync() => _saver.SaveAsync();

    /// <summary>Reads subscriptionGroup.json, or its backup.</summary>
    /// <exception cref="InvalidDataException">Neither can be read.</exception>
    public void Load()
    {
        var content = AtomicFile.Read(FilePath, bytes => BodyJson.Deserialize<SubscriptionGroupWrapper>(bytes));
        if (content.FromBackup)
        {
            _logger.BackupUsed(content.Problem, FilePath);
        }

        if (content.Value is { } loaded)
        {
            lock (_lock)
            {
                foreach (var (name, group) in loaded.SubscriptionGroupTable)
                {
                    _groups[name] = group;
                }

                _version = loaded.DataVersion;
            }
        }
    }

    /// <summary>Takes over the groups of the master that this broker follows, all of them and no others, and saves them in the background.</summary>
    /// <returns>False when they were known already.</returns>
    public bool Replace(SubscriptionGroupWrapper master)
    {
        lock (_lock)
        {
            if (_version == master.DataVersion)
            {
                return false;
            }

            foreach (var name in _groups.Keys.Where(name => !master.SubscriptionGroupTable.ContainsKey(name)))
            {
                _groups.TryRemove(name, out _);
            }

            foreach (var (name, group) in master.SubscriptionGroupTable)
            {
                _groups[name] = group;
            }

            _version = master.DataVersion;
        }

        _ = SaveAsync();
        return true;
    }
}
