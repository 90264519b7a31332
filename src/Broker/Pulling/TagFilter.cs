using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Rocketeer.Broker.Filtering;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Pulling;

/// <summary>
/// Lets messages with certain tags through, by the hash in the consume queue. Messages whose tags collide pass too; the consumer
/// compares the text (reference: store.md section 15.2). Immutable.
/// </summary>
internal sealed class TagFilter : IPullFilter
{
    private static readonly ConditionalWeakTable<SubscriptionData, TagFilter> OfSubscription = [];

    private readonly FrozenSet<int> _codes;

    private TagFilter(IEnumerable<int> codes) => _codes = codes.ToFrozenSet();

    /// <inheritdoc/>
    public bool NeedsRecord => false;

    /// <summary>The filter of a subscription, made once for it; <see langword="null"/> when everything passes.</summary>
    public static TagFilter? Of(SubscriptionData subscription) =>
        subscription.ClassFilterMode || subscription.SubString == TagExpression.All
            ? null
            : OfSubscription.GetValue(subscription, static data => new TagFilter(data.CodeSet));

    /// <inheritdoc/>
    public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension) =>
        tagsCode is not { } code || _codes.Contains(unchecked((int)code));

    /// <inheritdoc/>
    public bool MatchesRecord(ReadOnlySpan<byte> record) => true;

    /// <inheritdoc/>
    public bool MatchesProperties(ReadOnlySpan<byte> properties) => true;
}
