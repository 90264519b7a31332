namespace Rocketeer.NameServer.Routing;

/// <summary>The queues of one topic on one broker group.</summary>
/// <param name="BrokerName">The broker group.</param>
/// <param name="ReadQueues">Queues that are read.</param>
/// <param name="WriteQueues">Queues that are written.</param>
/// <param name="Permission">4 read, 2 write, 1 inherit.</param>
/// <param name="SystemFlag">1 unit, 2 unit subscription.</param>
internal sealed record TopicQueues(string BrokerName, int ReadQueues, int WriteQueues, int Permission, int SystemFlag);
