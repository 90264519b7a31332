using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>VIEW_BROKER_STATS_DATA 315: one counter over the last minute, hour and day.</summary>
internal sealed class ViewBrokerStatsHandler(BrokerContext broker) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var header = request.ReadHeader<ViewBrokerStatsDataRequestHeader>();
        return broker.Statistics.Find(header.StatsName)?.Find(StatsKey.Parse(header.StatsKey)) is { } item
            ? Answer.Json(new BrokerStatsData
            {
                StatsMinute = Item(item.Minute()), StatsHour = Item(item.Hour()), StatsDay = Item(item.Day()),
            })
            : Answer.Error($"The stats <{header.StatsName}> <{header.StatsKey}> not exist");
    }

    private static BrokerStatsItem Item(StatsWindow window) => new() { Sum = window.Sum, Tps = window.PerSecond, Avgpt = window.Average };
}
