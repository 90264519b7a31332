using System.Text;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class InvocationTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_request_comes_back_with_its_answer(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var answer = await peers.InvokeAsync(peers.Client(), Peers.Echo, "hello"u8.ToArray());
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.True(answer.IsResponse);
        Assert.Equal("hello", Encoding.UTF8.GetString(answer.Body.Span));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Both_serializations_travel_both_ways(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var binary = peers.Client(options: new RemotingClientOptions { Transport = transport, SerializeType = SerializeType.RocketMq });
        var answer = await peers.InvokeAsync(binary, Peers.Echo, [1, 2, 3]);
        Assert.Equal(SerializeType.RocketMq, answer.SerializeType);
        Assert.Equal(SerializeType.Json, (await peers.InvokeAsync(peers.Client(), Peers.Echo)).SerializeType);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Ten_thousand_requests_in_flight_each_get_their_own_answer(TransportKind transport)
    {
        const int Count = 10_000;
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var calls = new Task<RemotingCommand>[Count];
        for (var i = 0; i < Count; i++)
        {
            calls[i] = peers.InvokeAsync(client, Peers.Echo, BitConverter.GetBytes(i)).AsTask();
        }

        var answers = await Task.WhenAll(calls);
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(i, BitConverter.ToInt32(answers[i].Body.Span));
        }

        Assert.Equal(1, peers.Server.ConnectionCount);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Answers_from_other_threads_in_any_order_reach_their_callers(TransportKind transport)
    {
        const int Count = 1_000;
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var calls = Enumerable.Range(0, Count).Select(_ => peers.InvokeAsync(client, Peers.Hold).AsTask()).ToArray();
        for (var i = 0; i < Count; i++)
        {
            Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        }

        await Parallel.ForEachAsync(peers.Held, (responder, _) =>
        {
            responder.Reply(ResponseCode.Success, default(EmptyHeader), body: BitConverter.GetBytes(responder.Request.Opaque));
            return ValueTask.CompletedTask;
        });
        foreach (var answer in await Task.WhenAll(calls))
        {
            Assert.Equal(answer.Opaque, BitConverter.ToInt32(answer.Body.Span));
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Large_bodies_travel_both_ways(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var body = new byte[15 * 1024 * 1024];
        new Random(1).NextBytes(body);
        var answer = await peers.InvokeAsync(peers.Client(), Peers.Echo, body);
        Assert.True(answer.Body.Span.SequenceEqual(body));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_body_that_copies_itself_arrives(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var call = peers.InvokeAsync(peers.Client(), Peers.Hold);
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        Assert.True(peers.Held.TryTake(out var responder));
        responder.Reply(ResponseCode.Success, default(EmptyHeader), new Repeated(7, 1000));
        Assert.Equal(Enumerable.Repeat((byte)7, 1000), (await call).Body.ToArray());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_call_without_an_answer_times_out_and_the_connection_lives_on(TransportKind transport)
    {
        var clock = new FakeTimeProvider();
        await using var peers = await Peers.StartAsync(transport, clock);
        var client = peers.Client();
        var connection = await client.ConnectAsync(peers.Address, CancellationToken.None);
        var call = connection.InvokeAsync(Peers.Request(Peers.Hold), TimeSpan.FromSeconds(3), CancellationToken.None).AsTask();
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        clock.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var failure = await Assert.ThrowsAsync<RemotingTimeoutException>(() => call);
        Assert.Contains(peers.Address, failure.Message, StringComparison.Ordinal);

        // The late answer is dropped, the next call is served.
        Assert.True(peers.Held.TryTake(out var late));
        late.Reply(ResponseCode.Success);
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
        Assert.Same(connection, await client.ConnectAsync(peers.Address, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Short_and_long_time_outs_beside_each_other_are_both_kept(TransportKind transport)
    {
        var clock = new FakeTimeProvider();
        await using var peers = await Peers.StartAsync(transport, clock);
        var connection = await peers.Client().ConnectAsync(peers.Address, CancellationToken.None);
        Task<RemotingCommand> Call(int milliseconds) => connection.InvokeAsync(
            Peers.Request(Peers.Hold), TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None).AsTask();
        var late = Call(1000);
        var early = Call(20);
        var middle = Call(400);
        clock.Advance(TimeSpan.FromMilliseconds(25));
        await Assert.ThrowsAsync<RemotingTimeoutException>(() => early);
        Assert.False(middle.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(380));
        await Assert.ThrowsAsync<RemotingTimeoutException>(() => middle);
        Assert.False(late.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(600));
        await Assert.ThrowsAsync<RemotingTimeoutException>(() => late);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_cancelled_call_ends_at_once(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        using var cancel = new CancellationTokenSource();
        var call = client.InvokeAsync(peers.Address, Peers.Request(Peers.Hold), Peers.Patience, cancel.Token).AsTask();
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task One_way_requests_are_served_and_never_answered(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client(options: new RemotingClientOptions { Transport = transport, OneWayPermits = 2 });
        for (var i = 0; i < 50; i++)
        {
            await client.SendOneWayAsync(peers.Address, Peers.Request(Peers.Hold), Peers.Patience, CancellationToken.None);
        }

        for (var i = 0; i < 50; i++)
        {
            Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        }

        foreach (var responder in peers.Held)
        {
            Assert.True(responder.Request.IsOneWay);
            responder.Reply(ResponseCode.Success);
        }

        await client.SendOneWayAsync(peers.Address, Peers.Request(Peers.Unknown), Peers.Patience, CancellationToken.None);
        await client.SendOneWayAsync(peers.Address, Peers.Request(Peers.Throw), Peers.Patience, CancellationToken.None);
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Without_a_free_permit_a_call_is_refused_in_time(TransportKind transport)
    {
        var clock = new FakeTimeProvider();
        await using var peers = await Peers.StartAsync(transport, clock);
        var client = peers.Client(options: new RemotingClientOptions { Transport = transport, AsyncPermits = 1 });
        var connection = await client.ConnectAsync(peers.Address, CancellationToken.None);
        var first = connection.InvokeAsync(Peers.Request(Peers.Hold), Peers.Patience, CancellationToken.None).AsTask();
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        var second = connection.InvokeAsync(Peers.Request(Peers.Echo), TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RemotingTooManyRequestsException>(() => second);
        Assert.True(peers.Held.TryTake(out var responder));
        responder.Reply(ResponseCode.Success);
        await first;
        var third = await connection.InvokeAsync(Peers.Request(Peers.Echo), Peers.Patience, CancellationToken.None);
        Assert.Equal(ResponseCode.Success, third.ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task The_server_can_call_its_client(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var incoming = new RequestDispatcher().Map(
            RequestCode.GetConsumerRunningInfo,
            new Peers.Inline((in CommandView request, Responder responder) =>
                responder.Reply(ResponseCode.Success, default(EmptyHeader), "from the client", request.Body)));
        var call = peers.InvokeAsync(peers.Client(incoming), Peers.Hold);
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        Assert.True(peers.Held.TryTake(out var responder));
        var request = RemotingCommand.Request(RequestCode.GetConsumerRunningInfo, body: new byte[] { 9 });
        var answer = await responder.Connection.InvokeAsync(request, Peers.Patience, CancellationToken.None);
        Assert.Equal("from the client", answer.Remark);
        Assert.Equal([9], answer.Body.ToArray());
        responder.Reply(ResponseCode.Success);
        await call;
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_client_without_handlers_refuses_requests(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        _ = peers.InvokeAsync(peers.Client(), Peers.Hold).AsTask();
        Assert.True(await peers.HeldSignal.WaitAsync(Peers.Patience));
        Assert.True(peers.Held.TryTake(out var responder));
        var answer = await responder.Connection.InvokeAsync(
            Peers.Request(RequestCode.GetConsumerRunningInfo), Peers.Patience, CancellationToken.None);
        Assert.Equal(ResponseCode.RequestCodeNotSupported, answer.ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task One_command_object_may_be_sent_to_many_peers_at_once(TransportKind transport)
    {
        await using var one = await Peers.StartAsync(transport);
        await using var two = await Peers.StartAsync(transport);
        var client = one.Client();
        var shared = Peers.Request(Peers.Echo, [5]);
        var calls = Enumerable.Range(0, 200).Select(i => Task.Run(() => client.InvokeAsync(
            i % 2 == 0 ? one.Address : two.Address, shared, Peers.Patience, CancellationToken.None).AsTask()));
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal([5], answer.Body.ToArray()));
    }

    private readonly struct Repeated(byte value, int length) : IResponseBody
    {
        public int Length => length;

        public void CopyTo(Span<byte> destination) => destination.Fill(value);
    }
}
