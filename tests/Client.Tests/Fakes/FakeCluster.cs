using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Tests.Fakes;

/// <summary>A name server and some brokers, all scripted, with the clock of the clients in the hands of the test.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private readonly Dictionary<string, TopicRouteData> _routes = [];
    private readonly List<RocketeerClient> _clients = [];

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_449_305));

    public FakeServer NameServer { get; private set; } = null!;

    public Dictionary<string, FakeServer> Brokers { get; } = [];

    /// <summary>Starts a name server and brokers that store every message; topic <c>T</c> has <paramref name="queues"/> queues on each of them.</summary>
    public static async Task<FakeCluster> StartAsync(int queues, params string[] brokers)
    {
        var cluster = new FakeCluster { NameServer = await FakeServer.StartAsync() };
        foreach (var name in brokers)
        {
            var broker = await FakeServer.StartAsync();
            broker.On(RequestCode.SendMessageV2, Stored);
            broker.On(RequestCode.SendBatchMessage, Stored);
            cluster.Brokers.Add(name, broker);
        }

        cluster.AddTopic("T", queues);
        cluster.NameServer.On(RequestCode.GetRouteInfoByTopic, cluster.AnswerRoute);
        return cluster;
    }

    public void AddTopic(string topic, int queues, int permission = 6) => _routes[topic] = new TopicRouteData
    {
        BrokerDatas = [.. Brokers.Select(pair => new BrokerData { BrokerName = pair.Key, Cluster = "C", BrokerAddrs = { [0] = pair.Value.Address } })],
        QueueDatas = [.. Brokers.Keys.Select(name => new QueueData { BrokerName = name, Perm = permission, ReadQueueNums = queues, WriteQueueNums = queues })],
    };

    public void RemoveTopic(string topic) => _routes.Remove(topic);

    public RocketeerClient CreateClient(Action<RocketeerClientOptions>? configure = null)
    {
        var options = new RocketeerClientOptions { NameServers = NameServer.Address, TimeProvider = Clock };
        configure?.Invoke(options);
        var client = new RocketeerClient(options);
        _clients.Add(client);
        return client;
    }

    public int SendsTo(string broker) => Brokers[broker].Received(RequestCode.SendMessageV2).Count;

    public int Sends => Brokers.Keys.Sum(SendsTo);

    /// <summary>The answer of a broker that stored a message, or as many as a batch has.</summary>
    public static RemotingCommand Stored(RemotingCommand request) => Answer(request, ResponseCode.Success);

    public static RemotingCommand Answer(RemotingCommand request, ResponseCode code)
    {
        var header = request.ReadHeader<SendMessageRequestHeader>();
        var items = 0;
        var batch = new Protocol.Messages.BatchMessageReader(header.Batch ? request.Body.Span : default);
        while (batch.Read())
        {
            items++;
        }

        return RemotingCommand.Response(code, header: new SendMessageResponseHeader
        {
            MessageId = string.Join(',', Enumerable.Range(0, Math.Max(1, items)).Select(i => $"7F000001000051AF00000000{i:X8}")),
            QueueId = header.QueueId,
            QueueOffset = 100,
            Region = "R1",
            TraceOn = false,
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        foreach (var broker in Brokers.Values)
        {
            await broker.DisposeAsync();
        }

        await NameServer.DisposeAsync();
    }

    private RemotingCommand AnswerRoute(RemotingCommand request) =>
        _routes.TryGetValue(request.ReadHeader<GetRouteInfoRequestHeader>().Topic, out var route)
            ? RemotingCommand.Response(ResponseCode.Success, body: BodyJson.Serialize(route))
            : RemotingCommand.Response(ResponseCode.TopicNotExist, "no such topic");
}
