using Rocketeer.Broker.Filtering.Sql;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Filtering;

/// <summary>Lets messages through whose properties satisfy an expression.</summary>
internal sealed class SqlFilter(SqlExpression expression) : IPullFilter
{
    /// <inheritdoc/>
    public bool NeedsRecord => true;

    /// <inheritdoc/>
    public bool MatchesEntry(long? tagsCode, ConsumeQueueExtension extension) => true;

    /// <inheritdoc/>
    public bool MatchesRecord(ReadOnlySpan<byte> record) =>
        MatchesProperties(MessageRecordView.TryParse(record, out var view) ? view.Properties : default);

    /// <inheritdoc/>
    public bool MatchesProperties(ReadOnlySpan<byte> properties) => expression.Matches(properties);
}
