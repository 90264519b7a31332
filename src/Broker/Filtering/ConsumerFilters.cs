using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Filtering.Sql;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Filtering;

/// <summary>
/// The expressions by which groups filter topics (reference: broker.md section 11.5). Heartbeats bring them; a group that goes leaves its
/// expressions dead for a while, so that its bits are there when it comes back. Pulls and dispatch read without a lock.
/// </summary>
internal sealed class ConsumerFilters(BloomFilter bloom, TimeProvider clock, ILogger<ConsumerFilters> logger)
{
    /// <summary>Bound of what the expressions may take together, in characters; each counts <see cref="CharactersPerFilter"/> more.</summary>
    public const int MostCharacters = 16 * 1024 * 1024;

    private const int CharactersPerFilter = 256;

    private static readonly FrozenDictionary<string, ConsumerFilter> None = FrozenDictionary<string, ConsumerFilter>.Empty;

    private readonly Lock _changes = new();
    private readonly ConcurrentDictionary<string, FrozenDictionary<string, ConsumerFilter>> _byGroup = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConsumerFilter[]> _byTopic = new(StringComparer.Ordinal);
    private long _characters;
    private long _changeCount;

    /// <summary>Where the groups' bits lie.</summary>
    public BloomFilter Bloom { get; } = bloom;

    /// <summary>Grows with every change that is worth saving.</summary>
    public long Changes => Volatile.Read(ref _changeCount);

    /// <summary>The filter of a group on a topic, or <see langword="null"/>.</summary>
    public ConsumerFilter? Find(string topic, string group) => _byGroup.GetValueOrDefault(group)?.GetValueOrDefault(topic);

    /// <summary>Every filter of a topic, or <see langword="null"/>; never changed in place.</summary>
    public ConsumerFilter[]? OfTopic(string topic) => _byTopic.GetValueOrDefault(topic);

    /// <summary>Takes in what a heartbeat says of a group. An expression that does not compile is not kept: pulls then get 27.</summary>
    /// <param name="group">The group.</param>
    /// <param name="subscriptions">Its subscriptions, all of them: filters of other topics are dead from now on.</param>
    public void Register(string group, IReadOnlyCollection<SubscriptionData> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            if (!TagExpression.IsTagType(subscription.ExpressionType) && !string.IsNullOrEmpty(subscription.SubString))
            {
                Register(group, subscription);
            }
        }

        if (_byGroup.TryGetValue(group, out var filters))
        {
            foreach (var filter in filters.Values)
            {
                if (!filter.IsDead && !subscriptions.Any(subscription => subscription.Topic == filter.Topic))
                {
                    MarkDead(filter);
                }
            }
        }
    }

    /// <summary>A group is gone: its filters are dead.</summary>
    public void Unregister(string group)
    {
        foreach (var filter in _byGroup.GetValueOrDefault(group, None).Values)
        {
            if (!filter.IsDead)
            {
                MarkDead(filter);
            }
        }
    }

    /// <summary>Removes filters that have been dead for so long.</summary>
    public void RemoveDead(TimeSpan deadFor)
    {
        var before = Now() - (long)deadFor.TotalMilliseconds;
        foreach (var filter in _byGroup.Values.SelectMany(filters => filters.Values).Where(filter => filter.IsDead && filter.DeadTime <= before))
        {
            lock (_changes)
            {
                if (filter.IsDead && Find(filter.Topic, filter.Group) == filter)
                {
                    Remove(filter);
                    logger.FilterForgotten(filter.Group, filter.Topic);
                }
            }
        }
    }

    /// <summary>The table as consumerFilter.json has it.</summary>
    public ConsumerFilterTable ToTable() => new()
    {
        FilterDataByTopic = _byTopic.Where(pair => pair.Value.Length > 0).ToDictionary(
            pair => pair.Key,
            pair => new TopicFilterData
            {
                Topic = pair.Key, GroupFilterData = pair.Value.ToDictionary(filter => filter.Group, filter => filter.ToData()),
            }),
    };

    /// <summary>Takes over a saved table. Groups that were alive count as dead until their heartbeat comes.</summary>
    /// <returns>
    /// False when nothing was taken over, because the bits were placed with other settings: what the store has of them says nothing then.
    /// </returns>
    public bool Load(ConsumerFilterTable table)
    {
        var saved = table.FilterDataByTopic.Values
            .SelectMany(ofTopic => ofTopic?.GroupFilterData?.Values.AsEnumerable() ?? [])
            .Where(data => data is { Topic.Length: > 0, ConsumerGroup.Length: > 0 } && data.ExpressionType == TagExpression.Sql92Type)
            .ToList();
        if (!saved.TrueForAll(HasOurBits))
        {
            return false;
        }

        foreach (var data in saved)
        {
            if (Compile(data.ConsumerGroup, data.Topic, data.Expression) is not { } filter)
            {
                continue;
            }

            lock (_changes)
            {
                filter.Version = data.ClientVersion;
                filter.DeadTime = data.DeadTime == 0 ? Math.Max(data.BornTime, Now() - 30_000) : data.DeadTime;
                filter.BornTime = data.BornTime;
                PutIntoTopic(filter);
                PutIntoGroup(filter);
            }
        }

        return true;
    }

    private void Register(string group, SubscriptionData subscription)
    {
        lock (_changes)
        {
            var known = Find(subscription.Topic, group);
            if (known is not null && subscription.SubVersion <= known.Version)
            {
                if (subscription.SubVersion == known.Version)
                {
                    Revive(known);
                }

                return;
            }

            if (known is not null && known.Expression.Text == subscription.SubString && subscription.ExpressionType == TagExpression.Sql92Type)
            {
                known.Version = subscription.SubVersion;
                Revive(known);
                Changed();
                return;
            }

            if (known is not null)
            {
                Remove(known); // a new expression that does not compile leaves none behind, so that its consumer is told
            }

            if (subscription.ExpressionType != TagExpression.Sql92Type)
            {
                logger.FilterTypeUnknown(group, subscription.Topic, subscription.ExpressionType);
            }
            else if (Compile(group, subscription.Topic, subscription.SubString) is { } filter)
            {
                Publish(filter, subscription.SubVersion);
            }
        }
    }

    /// <summary>
    /// Dispatch gets the filter first, then it is born, then pulls get it: every message that is stored after the birth is dispatched with it.
    /// </summary>
    private void Publish(ConsumerFilter filter, long version)
    {
        filter.Version = version;
        PutIntoTopic(filter);
        filter.BornTime = Now();
        PutIntoGroup(filter);
        logger.FilterRegistered(filter.Group, filter.Topic, filter.Expression.Text);
    }

    private ConsumerFilter? Compile(string group, string topic, string expression)
    {
        if (Interlocked.Read(ref _characters) + expression.Length + CharactersPerFilter > MostCharacters)
        {
            logger.FilterRefused(group, topic, $"the filters of this broker have more than {MostCharacters} characters together");
            return null;
        }

        try
        {
            return new ConsumerFilter(topic, group, SqlExpression.Parse(expression), Bloom.Positions(group, topic), Bloom.Bytes);
        }
        catch (SqlSyntaxException e)
        {
            logger.FilterRefused(group, topic, e.Message);
            return null;
        }
    }

    private bool HasOurBits(ConsumerFilterData data) =>
        data.BloomFilterData is { } bits && bits.BitNum == Bloom.Bits
        && bits.BitPos.AsSpan().SequenceEqual(Bloom.Positions(data.ConsumerGroup, data.Topic));

    private void Revive(ConsumerFilter filter)
    {
        if (filter.IsDead)
        {
            filter.DeadTime = 0;
            Changed();
        }
    }

    private void MarkDead(ConsumerFilter filter)
    {
        lock (_changes)
        {
            filter.DeadTime = Math.Max(Now(), filter.BornTime); // a clock that was put back does not keep it alive
            Changed();
        }
    }

    private void PutIntoTopic(ConsumerFilter filter)
    {
        _byTopic[filter.Topic] = [.. OfTopic(filter.Topic) ?? [], filter];
        _characters += filter.Expression.Text.Length + CharactersPerFilter;
        Changed();
    }

    private void PutIntoGroup(ConsumerFilter filter) => _byGroup[filter.Group] =
        new Dictionary<string, ConsumerFilter>(_byGroup.GetValueOrDefault(filter.Group, None)) { [filter.Topic] = filter }
            .ToFrozenDictionary(StringComparer.Ordinal);

    private void Remove(ConsumerFilter filter)
    {
        var ofGroup = _byGroup.GetValueOrDefault(filter.Group, None).Where(pair => pair.Value != filter).ToFrozenDictionary(StringComparer.Ordinal);
        var ofTopic = Array.FindAll(OfTopic(filter.Topic) ?? [], other => other != filter);
        if (ofGroup.Count == 0)
        {
            _byGroup.TryRemove(filter.Group, out _);
        }
        else
        {
            _byGroup[filter.Group] = ofGroup;
        }

        if (ofTopic.Length == 0)
        {
            _byTopic.TryRemove(filter.Topic, out _);
        }
        else
        {
            _byTopic[filter.Topic] = ofTopic;
        }

        _characters -= filter.Expression.Text.Length + CharactersPerFilter;
        Changed();
    }

    private void Changed() => Interlocked.Increment(ref _changeCount);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
