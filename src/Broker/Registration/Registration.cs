using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Registration;

/// <summary>One registration, made once for all name servers.</summary>
/// <param name="Body">The encoded body.</param>
/// <param name="Compressed">Whether it is compressed.</param>
/// <param name="Version">Version of the topics in it.</param>
internal sealed record Registration(byte[] Body, bool Compressed, DataVersion Version)
{
    /// <summary>Makes a registration.</summary>
    /// <param name="topics">The topics to announce, all of them or those that changed.</param>
    /// <param name="filterServers">Addresses of filter servers.</param>
    /// <param name="brokerPermission">The broker's own permission; anything but read and write replaces that of every topic.</param>
    /// <param name="compressed">Whether to compress.</param>
    public static Registration Of(
        TopicConfigSerializeWrapper topics, IReadOnlyList<string> filterServers, int brokerPermission, bool compressed)
    {
        if (brokerPermission != Permissions.ReadWrite)
        {
            topics = topics with
            {
                TopicConfigTable = topics.TopicConfigTable.ToDictionary(
                    pair => pair.Key, pair => pair.Value with { Perm = brokerPermission }, StringComparer.Ordinal),
            };
        }

        var body = RegisterBrokerBodyCodec.Encode(new RegisterBrokerBody { TopicConfigSerializeWrapper = topics, FilterServerList = [.. filterServers] }, compressed);
        return new Registration(body, compressed, topics.DataVersion);
    }

    /// <summary>The request.</summary>
    public RemotingCommand ToRequest(BrokerIdentity identity) => RemotingCommand.Request(
        RequestCode.RegisterBroker,
        new RegisterBrokerRequestHeader
        {
            BrokerName = identity.Name,
            BrokerAddr = identity.Address,
            ClusterName = identity.ClusterName,
            HaServerAddr = identity.HaAddress,
            BrokerId = identity.Id,
            Compressed = Compressed,
            BodyCrc32 = BodyChecksum.Of(Body),
            Epoch = identity.Epoch,
        },
        Body);
}

/// <summary>What a name server answers to a registration.</summary>
/// <param name="HaServerAddress">Where the master of this group serves slaves, if it is known.</param>
/// <param name="MasterAddress">Where the master of this group serves clients, if it is known.</param>
/// <param name="OrderedTopics">Topics with an order configuration; <see langword="null"/> when the name server has none at all.</param>
internal sealed record RegistrationAnswer(string? HaServerAddress, string? MasterAddress, IReadOnlySet<string>? OrderedTopics)
{
    /// <summary>Reads the answer.</summary>
    /// <exception cref="BodyFormatException">Its body is no table.</exception>
    public static RegistrationAnswer Read(RemotingCommand answer)
    {
        var header = answer.ReadHeader<RegisterBrokerResponseHeader>();
        var ordered = answer.Body.IsEmpty
            ? null
            : BodyJson.Deserialize<KVTable>(answer.Body.Span).Table.Keys.ToHashSet(StringComparer.Ordinal);
        return new RegistrationAnswer(header.HaServerAddr, header.MasterAddr, ordered);
    }
}
