using Rocketeer.Broker.Handlers;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker;

/// <summary>Which handler serves which request code, but for sends, pulls and queries (docs/protocol/request-codes.md).</summary>
public sealed partial class BrokerApp
{
    private void MapHandlers(RequestDispatcher dispatcher)
    {
        MapClients(dispatcher);
        MapOffsets(dispatcher);
        MapTopicsAndGroups(dispatcher);
        MapStatistics(dispatcher);
    }

    private void MapClients(RequestDispatcher dispatcher)
    {
        var queues = _context.Queues;
        dispatcher
            .Map(RequestCode.HeartBeat, new HeartBeatHandler(_context), queues.Heartbeat)
            .Map(RequestCode.UnregisterClient, new UnregisterClientHandler(_context), queues.ClientManage)
            .Map(RequestCode.CheckClientConfig, new CheckClientConfigHandler(_context), queues.ClientManage)
            .Map(RequestCode.GetConsumerListByGroup, new GetConsumerListHandler(_context), queues.ConsumerManage)
            .Map(RequestCode.LockBatchMq, new LockQueuesHandler(_context), queues.Admin)
            .Map(RequestCode.UnlockBatchMq, new UnlockQueuesHandler(_context), queues.Admin)
            .Map(RequestCode.GetConsumerConnectionList, new GetConsumerConnectionsHandler(_context), queues.Admin)
            .Map(RequestCode.GetProducerConnectionList, new GetProducerConnectionsHandler(_context), queues.Admin)
            .Map(RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoHandler(_context), queues.Admin)
            .Map(RequestCode.ConsumeMessageDirectly, new ConsumeMessageDirectlyHandler(_context), queues.Admin)
            .Map(RequestCode.InvokeBrokerToResetOffset, new ResetOffsetHandler(_context), queues.Admin)
            .Map(RequestCode.InvokeBrokerToGetConsumerStatus, new GetConsumerStatusHandler(_context), queues.Admin);
    }

    private void MapOffsets(RequestDispatcher dispatcher)
    {
        var admin = _context.Queues.Admin;
        dispatcher
            .Map(RequestCode.QueryConsumerOffset, new QueryConsumerOffsetHandler(_context))
            .Map(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetHandler(_context))
            .Map(RequestCode.GetAllConsumerOffset, new GetAllConsumerOffsetHandler(_context), admin)
            .Map(RequestCode.GetAllDelayOffset, new GetAllDelayOffsetHandler(_context), admin)
            .Map(RequestCode.SearchOffsetByTimestamp, new SearchOffsetHandler(_context), admin)
            .Map(RequestCode.GetMaxOffset, new GetMaxOffsetHandler(_context), admin)
            .Map(RequestCode.GetMinOffset, new GetMinOffsetHandler(_context), admin)
            .Map(RequestCode.GetEarliestMsgStoretime, new GetEarliestStoreTimeHandler(_context), admin)
            .Map(RequestCode.CloneGroupOffset, new CloneGroupOffsetHandler(_context), admin)
            .Map(RequestCode.QueryCorrectionOffset, new QueryCorrectionOffsetHandler(_context), admin);
    }

    private void MapTopicsAndGroups(RequestDispatcher dispatcher)
    {
        var admin = _context.Queues.Admin;
        dispatcher
            .Map(RequestCode.UpdateAndCreateTopic, new UpdateAndCreateTopicHandler(_context), admin)
            .Map(RequestCode.DeleteTopicInBroker, new DeleteTopicHandler(_context), admin)
            .Map(RequestCode.GetAllTopicConfig, new GetAllTopicConfigHandler(_context), admin)
            .Map(RequestCode.GetSystemTopicListFromBroker, new GetSystemTopicListHandler(_context), admin)
            .Map(RequestCode.CleanExpiredConsumequeue, new CleanExpiredQueuesHandler(_context), admin)
            .Map(RequestCode.CleanUnusedTopic, new CleanUnusedTopicsHandler(_context), admin)
            .Map(RequestCode.UpdateAndCreateSubscriptiongroup, new UpdateGroupHandler(_context), admin)
            .Map(RequestCode.GetAllSubscriptiongroupConfig, new GetAllGroupsHandler(_context), admin)
            .Map(RequestCode.DeleteSubscriptiongroup, new DeleteGroupHandler(_context), admin)
            .Map(RequestCode.RegisterFilterServer, new RegisterFilterServerHandler(_context), admin)
            .Map(RequestCode.QueryTopicConsumeByWho, new QueryTopicConsumersHandler(_context), admin);
    }

    private void MapStatistics(RequestDispatcher dispatcher)
    {
        var admin = _context.Queues.Admin;
        dispatcher
            .Map(RequestCode.UpdateBrokerConfig, new UpdateBrokerConfigHandler(_context), admin)
            .Map(RequestCode.GetBrokerConfig, new GetBrokerConfigHandler(_context), admin)
            .Map(RequestCode.GetBrokerRuntimeInfo, new GetRuntimeInfoHandler(_context), admin)
            .Map(RequestCode.GetTopicStatsInfo, new GetTopicStatsHandler(_context), admin)
            .Map(RequestCode.GetConsumeStats, new GetConsumeStatsHandler(_context), admin)
            .Map(RequestCode.GetBrokerConsumeStats, new GetBrokerConsumeStatsHandler(_context), admin)
            .Map(RequestCode.QueryConsumeTimeSpan, new QueryConsumeTimeSpanHandler(_context), admin)
            .Map(RequestCode.ViewBrokerStatsData, new ViewBrokerStatsHandler(_context), admin)
            .Map(RequestCode.RocketeerChangeRole, new ChangeRoleHandler(_context, _roles), admin)
            .Map(RequestCode.RocketeerGetRole, new GetRoleHandler(_roles), admin)
            .Map(RequestCode.QueryConsumeQueue, new QueryConsumeQueueHandler(_context), admin);
    }
}
