using Microsoft.Extensions.Logging;
using Rocketeer.NameServer.Kv;
using Rocketeer.NameServer.Routing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>
/// REGISTER_BROKER 103. Runs on the event loop of the broker's connection: a broker that registers faster than it is served is held back
/// by its own socket, and no request is copied while it waits.
/// </summary>
internal sealed class RegisterBrokerHandler(
    RouteTable routes, KvConfigStore kv, NameServerInstruments instruments, ILogger<RegisterBrokerHandler> logger) : IRequestHandler
{
    public void Handle(in CommandView request, Responder responder)
    {
        var header = request.ReadHeader<RegisterBrokerRequestHeader>();
        var problem = Names.Problem("clusterName", header.ClusterName)
            ?? Names.Problem("brokerName", header.BrokerName)
            ?? Names.Problem("brokerAddr", header.BrokerAddr)
            ?? ChecksumProblem(header, request.Body);
        if (problem is not null)
        {
            responder.Reply(ResponseCode.SystemError, problem);
            return;
        }

        var registration = Read(request, header, responder.Connection);
        var master = routes.Register(registration, out var isNew);
        if (master.NewerEpoch > 0)
        {
            responder.Reply(
                ResponseCode.NoPermission,
                new RegisterBrokerResponseHeader { NewerEpoch = master.NewerEpoch },
                $"Broker group {header.BrokerName} is in epoch {master.NewerEpoch}, and {header.BrokerAddr} was made its master in epoch "
                + $"{header.Epoch}; make it a slave, or master anew with a higher epoch.");
            return;
        }

        instruments.Registered();
        if (isNew)
        {
            logger.BrokerRegistered(header.BrokerName, header.BrokerId, header.BrokerAddr, header.ClusterName);
        }

        var answer = new RegisterBrokerResponseHeader { MasterAddr = master.Address, HaServerAddr = master.HaServerAddress };
        var order = kv.FindNamespace(KvConfigStore.OrderTopicNamespace);
        var body = order is null ? [] : BodyJson.Serialize(new KVTable { Table = new(order) });
        responder.Reply(ResponseCode.Success, answer, body: body);
    }

    private static string? ChecksumProblem(in RegisterBrokerRequestHeader header, ReadOnlySpan<byte> body) =>
        header.BodyCrc32 != 0 && header.BodyCrc32 != BodyChecksum.Of(body)
            ? $"The body's checksum is {BodyChecksum.Of(body)}, but bodyCrc32 says {header.BodyCrc32}; the body was damaged on its way, send it again."
            : null;

    private BrokerRegistration Read(in CommandView request, in RegisterBrokerRequestHeader header, RemotingConnection connection)
    {
        TopicConfigSerializeWrapper table;
        List<string>? filterServers = null;
        if (request.Envelope.Version >= MqVersion.V3_0_11)
        {
            var body = request.Body.IsEmpty ? new RegisterBrokerBody() : RegisterBrokerBodyCodec.Decode(request.Body, header.Compressed);
            table = body.TopicConfigSerializeWrapper;
            filterServers = body.FilterServerList;
        }
        else
        {
            table = request.Body.IsEmpty ? new() : BodyJson.Deserialize<TopicConfigSerializeWrapper>(request.Body);
        }

        return new BrokerRegistration
        {
            Cluster = header.ClusterName,
            BrokerName = header.BrokerName,
            BrokerId = header.BrokerId,
            Address = header.BrokerAddr,
            HaServerAddress = header.HaServerAddr,
            Epoch = header.Epoch,
            Version = TableVersion.From(table.DataVersion),
            Topics = header.BrokerId == BrokerGroup.MasterId ? TopicsOf(table, header) : [],
            FilterServers = filterServers,
            Connection = connection,
        };
    }

    private List<KeyValuePair<string, TopicQueues>> TopicsOf(TopicConfigSerializeWrapper table, in RegisterBrokerRequestHeader header)
    {
        var topics = new List<KeyValuePair<string, TopicQueues>>(table.TopicConfigTable.Count);
        var illegal = 0;
        var firstIllegal = "";
        foreach (var (topic, config) in table.TopicConfigTable)
        {
            if (Names.IsLegal(topic) && config is not null)
            {
                topics.Add(new(
                    topic,
                    new TopicQueues(header.BrokerName, config.ReadQueueNums, config.WriteQueueNums, config.Perm, config.TopicSysFlag)));
            }
            else if (illegal++ == 0)
            {
                firstIllegal = Names.Shown(topic);
            }
        }

        if (illegal > 0)
        {
            logger.IllegalTopics(header.BrokerName, header.BrokerAddr, illegal, firstIllegal);
        }

        return topics;
    }
}
