using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

public sealed class RepeatedEndTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task A_handler_that_answers_and_then_throws_has_answered_once(TransportKind transport)
    {
        var dispatcher = new RequestDispatcher().Map(Peers.Echo, new Peers.Inline((in CommandView _, Responder responder) =>
        {
            responder.Reply(ResponseCode.Success, "first");
            throw new InvalidOperationException("too late");
        }));
        var options = new RemotingServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Transport = transport };
        await using var server = new RemotingServer(options, dispatcher, TimeProvider.System, NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        for (var opaque = 1; opaque <= 3; opaque++)
        {
            await peer.SendAsync(RawPeer.Frame(Peers.Echo, opaque));
            var answer = await peer.ReceiveAsync();
            Assert.Equal((opaque, "first"), (answer!.Opaque, answer.Remark)); // a second answer would come here the next time
        }

        await server.StopAsync(CancellationToken.None).WaitAsync(Peers.Patience); // nothing counts as unanswered, or as answered twice
    }

    [Fact]
    public async Task An_attempt_that_all_callers_gave_up_fails_unnoticed()
    {
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            lock (unobserved)
            {
                unobserved.Add(args.Exception);
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await GiveUpAsync();
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            lock (unobserved)
            {
                Assert.DoesNotContain(unobserved, failure => failure.ToString().Contains("given-up.invalid", StringComparison.Ordinal));
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        static async Task GiveUpAsync()
        {
            var client = new RemotingClient(new RemotingClientOptions(), null, TimeProvider.System, NullLoggerFactory.Instance);
            using var gaveUp = new CancellationTokenSource();
            var attempt = client.ConnectAsync("given-up.invalid:1", gaveUp.Token).AsTask();
            await gaveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => attempt);
            await client.DisposeAsync(); // waits for the attempt
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_second_caller_of_DisposeAsync_waits_for_the_first_ones_end(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        await peers.InvokeAsync(client, Peers.Echo);
        var first = client.DisposeAsync().AsTask();
        await client.DisposeAsync();
        await first.WaitAsync(TimeSpan.Zero);
    }
}
