using Rocketeer.Broker.Filtering.Sql;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Filtering;

/// <summary>
/// The expression of one group on one topic, as its heartbeats said (reference: broker.md section 11.5). Its bit in a message's bitmap
/// counts only for messages that were stored after it was born; older ones were dispatched without it. Read by pulls and by dispatch
/// without a lock; changed by <see cref="ConsumerFilters"/> only.
/// </summary>
/// <param name="topic">Topic.</param>
/// <param name="group">Consumer group.</param>
/// <param name="expression">The expression.</param>
/// <param name="positions">The group's bits.</param>
/// <param name="bitmapLength">Bytes of a bitmap that has these bits.</param>
internal sealed class ConsumerFilter(string topic, string group, SqlExpression expression, int[] positions, int bitmapLength) : IPullFilter
{
    /// <summary>
    /// Messages so much younger than the filter, in milliseconds, are decided by their properties all the same: the clock of the broker that
    /// stored them may have been ahead.
    /// </summary>
    public const long ClockTolerance = 10_000;

    private readonly SqlFilter _filter = new(expression);
    private long _bornTime = long.MaxValue - ClockTolerance;
    private long _deadTime;
    private long _version;

    /// <summary>Topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>Consumer group.</summary>
    public string Group { get; } = group;

    /// <summary>The expression.</summary>
    public SqlExpression Expression { get; } = expression;

    /// <summary>The group's bits.</summary>
    public int[] Positions { get; } = positions;

    /// <summary>When messages began to be dispatched with this filter, milliseconds since 1970; far in the future until then.</summary>
    public long BornTime
    {
        get => Volatile.Read(ref _bornTime);
        set => Volatile.Write(ref _bornTime, value);
    }

    /// <summary>When the group went, milliseconds since 1970; 0 while it is there.</summary>
    public long DeadTime
    {
        get => Volatile.Read(ref _deadTime);
        set => Volatile.Write(ref _deadTime, value);
    }

    /// <summary>Version of the subscription.</summary>
    public long Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, value);
    }

    /// <summary>True when the group went after it came. Its bits are kept up all the same, for when it comes back.</summary>
    public bool IsDead => DeadTime >= BornTime;

    /// <inheritdoc/>
    public bool NeedsRecord => true;

    /// <inheritdoc/>
    public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension) =>
        !extension.Exists
        || extension.StoreTimestamp <= BornTime + ClockTolerance
        || extension.FilterBitmap.Length != bitmapLength
        || BloomFilter.Contains(extension.FilterBitmap, Positions);

    /// <inheritdoc/>
    public bool MatchesRecord(ReadOnlySpan<byte> record) => _filter.MatchesRecord(record);

    /// <inheritdoc/>
    public bool MatchesProperties(ReadOnlySpan<byte> properties) => _filter.MatchesProperties(properties);

    /// <summary>The filter as consumerFilter.json has it.</summary>
    public ConsumerFilterData ToData() => new()
    {
        Topic = Topic,
        ConsumerGroup = Group,
        Expression = Expression.Text,
        ExpressionType = TagExpression.Sql92Type,
        ClientVersion = Version,
        BornTime = BornTime,
        DeadTime = DeadTime,
        BloomFilterData = new BloomFilterData { BitNum = bitmapLength * 8, BitPos = Positions },
    };
}
