using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class AnswerReaderTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_reader_takes_what_it_wants_of_an_answer(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var request = RemotingCommand.Request(Peers.Echo, body: "hello"u8.ToArray());

        var answer = await peers.Client().InvokeAsync(
            peers.Address, request, static (in CommandView view) => view.ToCommand<SendMessageResponseHeader>(), Peers.Patience, default);

        Assert.Null(answer.ExtFields);
        Assert.IsType<SendMessageResponseHeader>(answer.Header);
        Assert.Equal("hello"u8.ToArray(), answer.Body.ToArray());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task An_answer_that_cannot_be_read_fails_its_call_and_not_the_connection(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();

        await Assert.ThrowsAsync<RemotingSendException>(() => client.InvokeAsync(
            peers.Address,
            RemotingCommand.Request(Peers.Echo),
            static (in CommandView view) => view.ToCommand<OffsetThatMustBeThere>(),
            Peers.Patience,
            default).AsTask().WaitAsync(Peers.Patience));

        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo, [1])).ResponseCode);
        Assert.Equal(1, peers.Server.ConnectionCount);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_reader_with_a_defect_fails_its_call_and_not_the_connection(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();

        var failure = await Assert.ThrowsAsync<RemotingSendException>(() => client.InvokeAsync(
            peers.Address,
            RemotingCommand.Request(Peers.Echo),
            static (in CommandView _) => throw new InvalidOperationException("defect"),
            Peers.Patience,
            default).AsTask().WaitAsync(Peers.Patience));

        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal(ResponseCode.Success, (await peers.InvokeAsync(client, Peers.Echo, [1])).ResponseCode);
        Assert.Equal(1, peers.Server.ConnectionCount);
    }

    private readonly struct OffsetThatMustBeThere : ICommandHeader<OffsetThatMustBeThere>
    {
        public static OffsetThatMustBeThere Read(ref ExtFieldReader fields) => throw new InvalidHeaderException("The field 'offset' is missing.");

        public void WriteTo<TWriter>(ref TWriter writer)
            where TWriter : struct, IExtFieldWriter, allows ref struct
        {
        }
    }
}
