using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Registration;

public sealed class NameServerRegistrarTests
{
    [Fact]
    public async Task A_broker_registers_with_every_name_server_and_says_goodbye()
    {
        await using var first = await FakeNameServer.StartAsync();
        await using var second = await FakeNameServer.StartAsync();
        var broker = await TestBroker.StartAsync(options => options.NamesrvAddr = $"{first.Address};{second.Address}");
        var address = broker.Address;
        Assert.Null(broker.App.ReadinessProblem());
        await broker.DisposeAsync();

        foreach (var server in (FakeNameServer[])[first, second])
        {
            var registration = server.Registrations.First();
            var header = registration.ReadHeader<RegisterBrokerRequestHeader>();
            Assert.Equal(("broker-a", "DefaultCluster", address, 0L), (header.BrokerName, header.ClusterName, header.BrokerAddr, header.BrokerId));
            Assert.Equal(BodyChecksum.Of(registration.Body.Span), header.BodyCrc32);
            var body = RegisterBrokerBodyCodec.Decode(registration.Body.Span, header.Compressed);
            Assert.Contains("TBW102", body.TopicConfigSerializeWrapper.TopicConfigTable.Keys);
            Assert.Equal((int)RequestCode.UnregisterBroker, server.Requests.Last().Code);
        }
    }

    [Fact]
    public async Task A_name_server_that_does_not_answer_delays_no_other_one()
    {
        await using var silent = await FakeNameServer.StartAsync(async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return null;
        });
        await using var good = await FakeNameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.NamesrvAddr = $"{silent.Address};{good.Address};127.0.0.1:1";
            options.RegisterBrokerTimeoutMills = 300;
        });

        var before = good.Registrations.Count();
        var clock = Stopwatch.StartNew();
        var answer = await CreateTopicAsync(broker, "T");

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
        await TestBroker.EventuallyAsync(() => good.Registrations.Count() > before, "the good one knows the topic");
        Assert.Null(broker.App.ReadinessProblem());
    }

    [Fact]
    public async Task Without_any_name_server_that_answers_the_broker_serves_but_is_not_ready()
    {
        await using var broker = await TestBroker.StartAsync(options => options.NamesrvAddr = "127.0.0.1:1");

        Assert.NotNull(broker.App.ReadinessProblem());
        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.GetAllTopicConfig)).ResponseCode);
    }

    [Fact]
    public async Task A_new_topic_is_announced_alone_and_an_automatic_one_with_all()
    {
        await using var server = await FakeNameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(options => options.NamesrvAddr = server.Address);

        await CreateTopicAsync(broker, "ByHand");
        var alone = Topics(server.Registrations.Last());
        broker.Context.Topics.FindOrCreateForSend("BySend", TopicNames.AutoCreateTemplate, 4, 0, out _);
        await TestBroker.EventuallyAsync(() => Topics(server.Registrations.Last()).Contains("BySend"), "the automatic topic is announced");

        Assert.Equal(["ByHand"], alone);
        Assert.Contains("ByHand", Topics(server.Registrations.Last()));
        Assert.True(server.Registrations.Last().IsOneWay);
    }

    [Fact]
    public async Task Registrations_are_repeated_and_answers_mark_ordered_topics()
    {
        var clock = new FakeTimeProvider();
        await using var server = await FakeNameServer.StartAsync((_, _) => Task.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success,
            header: new RegisterBrokerResponseHeader(),
            body: BodyJson.Serialize(new KVTable { Table = { ["Ordered"] = "broker-a:2" } }))));
        await using var broker = await TestBroker.StartAsync(options => options.NamesrvAddr = server.Address, clock);
        broker.Context.Topics.Update(new TopicConfig { TopicName = "Ordered" });
        var before = server.Registrations.Count();

        clock.Advance(TimeSpan.FromSeconds(10));

        await TestBroker.EventuallyAsync(() => broker.Context.Topics.Find("Ordered")!.Order, "the topic is ordered");
        Assert.True(server.Registrations.Count() > before);
    }

    [Fact]
    public async Task Without_force_a_name_server_that_knows_the_topics_is_only_asked()
    {
        var clock = new FakeTimeProvider();
        await using var server = await FakeNameServer.StartAsync((request, _) => Task.FromResult<RemotingCommand?>(
            request.Code == (int)RequestCode.QueryDataVersion
                ? RemotingCommand.Response(ResponseCode.Success, header: new QueryDataVersionResponseHeader { Changed = false }, body: request.Body)
                : RemotingCommand.Response(ResponseCode.Success, header: new RegisterBrokerResponseHeader())));
        await using var broker = await TestBroker.StartAsync(
            options =>
            {
                options.NamesrvAddr = server.Address;
                options.ForceRegister = false;
            },
            clock);

        clock.Advance(TimeSpan.FromSeconds(10));
        await TestBroker.EventuallyAsync(
            () => server.Requests.Any(request => request.Code == (int)RequestCode.QueryDataVersion), "the version is asked for");

        Assert.Single(server.Registrations);
    }

    [Fact]
    public async Task A_broker_without_write_permission_announces_no_writable_topic()
    {
        await using var server = await FakeNameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.NamesrvAddr = server.Address;
            options.BrokerPermission = Permissions.Read;
        });

        var body = RegisterBrokerBodyCodec.Decode(server.Registrations.First().Body.Span, compressed: false);

        Assert.All(body.TopicConfigSerializeWrapper.TopicConfigTable.Values, topic => Assert.Equal(Permissions.Read, topic.Perm));
    }

    [Fact]
    public async Task Compressed_registrations_are_understood()
    {
        await using var server = await FakeNameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.NamesrvAddr = server.Address;
            options.CompressedRegister = true;
        });

        Assert.Contains("TBW102", Topics(server.Registrations.First()));
    }

    private static Task<RemotingCommand> CreateTopicAsync(TestBroker broker, string topic) => broker.AskAsync(
        RequestCode.UpdateAndCreateTopic,
        new UpdateAndCreateTopicRequestHeader
        {
            Topic = topic, DefaultTopic = "TBW102", ReadQueueNums = 4, WriteQueueNums = 4, Perm = 6, TopicFilterType = "SINGLE_TAG",
        });

    private static IEnumerable<string> Topics(RemotingCommand registration)
    {
        var compressed = registration.ReadHeader<RegisterBrokerRequestHeader>().Compressed;
        return RegisterBrokerBodyCodec.Decode(registration.Body.Span, compressed).TopicConfigSerializeWrapper.TopicConfigTable.Keys;
    }
}
