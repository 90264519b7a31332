using System.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Filtering;

/// <summary>
/// Filters a retry topic by what its group wants of the topic that each message came from (<c>filterSupportRetry</c>; reference: broker.md
/// section 11.6). Messages of topics that the group does not filter by an expression pass.
/// </summary>
/// <param name="inner">What the subscription to the retry topic itself says; <see langword="null"/> for everything.</param>
/// <param name="group">The group that the retry topic belongs to.</param>
/// <param name="filters">The filters by group and topic.</param>
internal sealed class RetryFilter(IPullFilter? inner, string group, ConsumerFilters filters) : IPullFilter
{
    /// <inheritdoc/>
    public bool NeedsRecord => true;

    /// <inheritdoc/>
    public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension) => inner is null || inner.MatchesEntry(tagsCode, extension);

    /// <inheritdoc/>
    public bool MatchesRecord(ReadOnlySpan<byte> record) =>
        MatchesProperties(MessageRecordView.TryParse(record, out var view) ? view.Properties : default);

    /// <inheritdoc/>
    public bool MatchesProperties(ReadOnlySpan<byte> properties) =>
        !MessageProperties.TryFind(properties, "RETRY_TOPIC"u8, out var topic)
        || filters.Find(Encoding.UTF8.GetString(topic), group) is not { } filter
        || filter.MatchesProperties(properties);
}
