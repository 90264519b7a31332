using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <content>Messages by id, by key, by unique key.</content>
public sealed partial class AdminClient
{
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(1);

    /// <summary>The message at the place that an offset id tells, from the broker that it names; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ArgumentException">The text is no offset id (32 hex digits).</exception>
    public async Task<MessageExt?> ViewMessageAsync(string offsetMessageId, CancellationToken cancellationToken = default)
    {
        if (!OffsetMessageId.TryParse(offsetMessageId, out var id))
        {
            throw new ArgumentException($"'{offsetMessageId}' is no offset message id, which has 32 hex digits.", nameof(offsetMessageId));
        }

        try
        {
            var header = new ViewMessageRequestHeader { Offset = id.PhysicalOffset };
            var answer = await AskBrokerAsync(id.StoreHost.ToString(), RequestCode.ViewMessageById, header, cancellationToken).ConfigureAwait(false);
            return MessageDecoder.DecodeAll(answer.Body).FirstOrDefault();
        }
        catch (BrokerRejectedException none) when (none.ResponseCode == ResponseCode.SystemError)
        {
            return null;
        }
    }

    /// <summary>Messages of a topic that have a key, from all its brokers, oldest first.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="key">One of their keys.</param>
    /// <param name="most">Most messages per broker.</param>
    /// <param name="from">Stored not before; default: ever.</param>
    /// <param name="to">Stored not after; default: now and later.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<MessageExt>> QueryByKeyAsync(
        string topic, string key, int most = 64, DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default)
    {
        var header = new QueryMessageRequestHeader
        {
            Topic = topic,
            Key = key,
            MaxNum = most,
            BeginTimestamp = from?.ToUnixTimeMilliseconds() ?? 0,
            EndTimestamp = to?.ToUnixTimeMilliseconds() ?? long.MaxValue,
        };
        var found = await QueryAsync(topic, header, cancellationToken).ConfigureAwait(false);

        // Brokers find by hash: what only shares the hash is sorted out here.
        return [.. found.Where(message => message.Keys?.Split(PropertyNames.KeySeparator).Contains(key, StringComparer.Ordinal) == true)];
    }

    /// <summary>The message with an id that its producer gave it (UNIQ_KEY); the oldest one if it was stored more than once; <see langword="null"/> if there is none.</summary>
    public async Task<MessageExt?> QueryByMessageIdAsync(string topic, string messageId, CancellationToken cancellationToken = default)
    {
        var begin = UniqueMessageId.TryGetTime(messageId, _client.Clock.GetLocalNow(), out var made) ? made - ClockDifference : DateTimeOffset.UnixEpoch;
        var header = new QueryMessageRequestHeader
        {
            Topic = topic,
            Key = messageId,
            MaxNum = 32,
            BeginTimestamp = Math.Max(0, begin.ToUnixTimeMilliseconds()),
            EndTimestamp = long.MaxValue,
            UniqueKeyQuery = true,
        };
        var found = await QueryAsync(topic, header, cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault(message => message.Property(PropertyNames.UniqueKey) == messageId);
    }

    private async Task<List<MessageExt>> QueryAsync(string topic, QueryMessageRequestHeader header, CancellationToken cancellationToken)
    {
        var found = new List<MessageExt>();
        foreach (var (broker, address) in await BrokersOfAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var answer = await AskBrokerAsync(address, RequestCode.QueryMessage, header, cancellationToken).ConfigureAwait(false);
                foreach (var message in MessageDecoder.DecodeAll(answer.Body))
                {
                    message.BrokerName = broker;
                    found.Add(message);
                }
            }
            catch (BrokerRejectedException none) when (none.ResponseCode == ResponseCode.QueryNotFound)
            {
                continue;
            }
        }

        found.Sort(static (left, right) => left.StoreTimestamp.CompareTo(right.StoreTimestamp));
        return found;
    }
}
