using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using static Rocketeer.NameServer.Tests.NameServerRequestTests;

namespace Rocketeer.NameServer.Tests;

/// <summary>What hostile or broken peers send: each gets a clear answer or loses its connection, and nobody else notices.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private RunningNameServer _server = null!;
    private RawPeer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningNameServer.StartAsync();
        _peer = await _server.ConnectAsync();
    }

    [Fact]
    public async Task A_wrong_checksum_is_refused()
    {
        var answer = await _peer.InvokeAsync(RequestCode.RegisterBroker, Header() with { BodyCrc32 = 1 }, "{}"u8.ToArray());

        await RefusedAsync(answer, "checksum");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"topicConfigSerializeWrapper":{"topicConfigTable":{"T":{"perm":"many"}}}}""")]
    public async Task A_body_that_is_none_is_refused(string body) =>
        await RefusedAsync(await _peer.InvokeAsync(RequestCode.RegisterBroker, Header(), Encoding.UTF8.GetBytes(body)), "");

    [Fact]
    public async Task A_deeply_nested_body_is_refused() =>
        await RefusedAsync(await _peer.InvokeAsync(RequestCode.RegisterBroker, Header(), Encoding.UTF8.GetBytes(new string('[', 1_000_000))), "");

    [Fact]
    public async Task A_compression_bomb_is_refused_without_inflating_it()
    {
        using var bomb = new MemoryStream();
        using (var zlib = new ZLibStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var megabyte = 0; megabyte < 1024; megabyte++)
            {
                zlib.Write(zeros);
            }
        }

        var before = GC.GetTotalAllocatedBytes();
        var answer = await _peer.InvokeAsync(RequestCode.RegisterBroker, Header() with { Compressed = true }, bomb.ToArray());

        await RefusedAsync(answer, "");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 512L * 1024 * 1024);
    }

    [Fact]
    public async Task Compressed_rubbish_is_refused() =>
        await RefusedAsync(await _peer.InvokeAsync(RequestCode.RegisterBroker, Header() with { Compressed = true }, new byte[] { 1, 2, 3 }), "");

    [Theory]
    [InlineData("")]
    [InlineData("line\nbreak")]
    public async Task An_illegal_broker_name_is_refused(string name) =>
        await RefusedAsync(await _peer.InvokeAsync(RequestCode.RegisterBroker, Header() with { BrokerName = name }), "brokerName");

    [Fact]
    public async Task A_missing_mandatory_field_is_named() =>
        await RefusedAsync(await _peer.InvokeAsync(RequestCode.RegisterBroker), "brokerName");

    [Fact]
    public async Task Topics_with_illegal_names_are_left_out_and_the_others_registered()
    {
        var body = new RegisterBrokerBody();
        body.TopicConfigSerializeWrapper.TopicConfigTable["Good"] = new();
        body.TopicConfigSerializeWrapper.TopicConfigTable["bad\u0001"] = new();
        body.TopicConfigSerializeWrapper.TopicConfigTable[new string('x', 5000)] = new();

        var answer = await _peer.InvokeAsync(RequestCode.RegisterBroker, Header(), BodyJson.Serialize(body));

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        var topics = BodyJson.Deserialize<TopicList>((await _peer.InvokeAsync(RequestCode.GetAllTopicListFromNameserver)).Body.Span);
        Assert.Equal(["Good"], topics.Topics);
    }

    [Fact]
    public async Task A_kv_value_beyond_the_bound_is_refused()
    {
        var put = new PutKVConfigRequestHeader { Namespace = "n", Key = "k", Value = new string('v', 5_000_000) };

        await RefusedAsync(await _peer.InvokeAsync(RequestCode.PutKvConfig, put), "delete entries first");
    }

    [Fact]
    public async Task A_frame_beyond_the_limit_closes_its_connection_only()
    {
        using var hostile = await _server.ConnectAsync();
        var head = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(head, 20_000_000);

        await hostile.SendAsync(head);

        await hostile.ClosedAsync();
        Assert.Equal(ResponseCode.Success, (await _peer.InvokeAsync(RequestCode.GetBrokerClusterInfo)).ResponseCode);
    }

    [Fact]
    public async Task A_storm_of_registrations_through_many_connections_is_served()
    {
        var brokers = Enumerable.Range(0, 32).Select(async broker =>
        {
            using var peer = await _server.ConnectAsync();
            for (var round = 0; round < 20; round++)
            {
                var header = Header(address: $"{broker}:1") with { BrokerName = $"broker-{broker}" };
                Assert.Equal(ResponseCode.Success, (await peer.InvokeAsync(RequestCode.RegisterBroker, header)).ResponseCode);
                Assert.Equal(ResponseCode.Success, (await peer.InvokeAsync(RequestCode.GetBrokerClusterInfo)).ResponseCode);
            }
        });

        await Task.WhenAll(brokers);
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        await _server.DisposeAsync();
    }

    private async Task RefusedAsync(RemotingCommand answer, string remark)
    {
        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.False(string.IsNullOrWhiteSpace(answer.Remark));
        Assert.Contains(remark, answer.Remark);
        Assert.Equal(ResponseCode.Success, (await _peer.InvokeAsync(RequestCode.GetBrokerClusterInfo)).ResponseCode);
    }
}
