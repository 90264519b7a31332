using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Server;

namespace Rocketeer.Broker.Tests.Registration;

/// <summary>A name server that records what it is told and answers what the test wants.</summary>
internal sealed class FakeNameServer : IAsyncRequestHandler, IAsyncDisposable
{
    private readonly RemotingServer _server;
    private readonly Func<RemotingCommand, CancellationToken, Task<RemotingCommand?>> _answer;

    private FakeNameServer(Func<RemotingCommand, CancellationToken, Task<RemotingCommand?>>? answer)
    {
        _answer = answer ?? ((_, _) => Task.FromResult<RemotingCommand?>(
            RemotingCommand.Response(ResponseCode.Success, header: new RegisterBrokerResponseHeader())));
        var queue = new RequestQueue("ns", 1000, 16);
        var dispatcher = new RequestDispatcher()
            .Map(RequestCode.RegisterBroker, this, queue)
            .Map(RequestCode.UnregisterBroker, this, queue)
            .Map(RequestCode.QueryDataVersion, this, queue);
        _server = new RemotingServer(
            new RemotingServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), StopGrace = TimeSpan.Zero },
            dispatcher, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public string Address => $"localhost:{_server.EndPoint.Port}";

    public ConcurrentQueue<RemotingCommand> Requests { get; } = new();

    public IEnumerable<RemotingCommand> Registrations => Requests.Where(request => request.Code == (int)RequestCode.RegisterBroker);

    public static async Task<FakeNameServer> StartAsync(Func<RemotingCommand, CancellationToken, Task<RemotingCommand?>>? answer = null)
    {
        var server = new FakeNameServer(answer);
        await server._server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        return await _answer(request, cancellationToken);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
