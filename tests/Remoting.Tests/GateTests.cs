using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Signing;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class GateTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_refused_request_reaches_no_handler_and_is_answered_with_the_reason(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var gate = new Gate();
        peers.Dispatcher.Gate = gate;
        var client = peers.Client();
        foreach (var code in new[] { Peers.Echo, Peers.Hold, Peers.Queued, Peers.Unknown })
        {
            var refused = await peers.InvokeAsync(client, code, "shut"u8.ToArray());

            Assert.Equal((ResponseCode.SystemError, $"not you: {(int)code}"), (refused.ResponseCode, refused.Remark));
        }

        Assert.Empty(peers.Held);
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo, "open"u8.ToArray())).ResponseCode);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_refused_one_way_request_is_dropped_and_a_gate_that_fails_stays_closed(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var gate = new Gate();
        peers.Dispatcher.Gate = gate;
        var client = peers.Client();

        await client.SendOneWayAsync(peers.Address, Peers.Request(Peers.Hold, "shut"u8.ToArray()), Peers.Patience, CancellationToken.None);
        var failed = await peers.InvokeAsync(client, Peers.Hold, "fail"u8.ToArray());

        Assert.Equal(ResponseCode.SystemError, failed.ResponseCode);
        Assert.Empty(peers.Held);
        Assert.Equal(2, gate.Asked);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_client_with_a_signer_signs_everything_it_sends(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var gate = new Gate();
        peers.Dispatcher.Gate = gate;
        var client = peers.Client(options: new RemotingClientOptions { Transport = transport, Signer = new RequestSigner("somebody", "12345678") });

        await peers.InvokeAsync(client, Peers.Echo, "open"u8.ToArray());
        await client.SendOneWayAsync(peers.Address, Peers.Request(Peers.Echo), Peers.Patience, CancellationToken.None);
        await peers.InvokeAsync(client, Peers.Echo);

        Assert.Equal((3, 3), (gate.Asked, gate.Signed));
    }

    private sealed class Gate : IRequestGate
    {
        public int Asked { get; private set; }

        public int Signed { get; private set; }

        public string? Refuse(in CommandView request, RemotingConnection connection)
        {
            Asked++;
            var fields = SignedFields.OfThisThread;
            Assert.True(fields.TryAdd(request.Fields, 8, out _));
            Signed += fields.Count;
            return request.Body.SequenceEqual("shut"u8) ? $"not you: {request.Envelope.Code}"
                : request.Body.SequenceEqual("fail"u8) ? throw new InvalidOperationException("the gate is stuck")
                : null;
        }
    }
}
