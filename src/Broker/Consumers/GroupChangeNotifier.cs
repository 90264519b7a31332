using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Consumers;

/// <summary>Sends request 40 to every client of a group, one-way.</summary>
internal sealed class GroupChangeNotifier(BrokerOptions options, ILogger<GroupChangeNotifier> logger) : IGroupChangeNotifier
{
    /// <summary>Longest wait for a permit to send.</summary>
    private static readonly TimeSpan PermitTimeout = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public void GroupChanged(ConsumerGroup group)
    {
        if (options.NotifyConsumerIdsChangedEnable)
        {
            _ = NotifyAsync(group.Name, group.Clients);
        }
    }

    private async Task NotifyAsync(string group, IReadOnlyList<ClientConnection> clients)
    {
        foreach (var client in clients)
        {
            try
            {
                var request = RemotingCommand.Request(
                    RequestCode.NotifyConsumerIdsChanged, new NotifyConsumerIdsChangedRequestHeader { ConsumerGroup = group });
                await client.Connection.SendOneWayAsync(request, PermitTimeout, CancellationToken.None);
            }
            catch (RemotingException e)
            {
                // It rebalances by itself within 20 s; telling it is a courtesy.
                logger.GroupChangeNotSent(e, group, client.ClientId);
            }
        }
    }
}
