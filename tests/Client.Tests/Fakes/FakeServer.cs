using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Server;

namespace Rocketeer.Client.Tests.Fakes;

/// <summary>How a fake server answers a request; <see langword="null"/> is silence.</summary>
internal delegate ValueTask<RemotingCommand?> Script(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken);

/// <summary>A real listener whose answers are scripted per request code. Codes without a script are answered SUCCESS. Keeps what it received.</summary>
internal sealed class FakeServer : IAsyncRequestHandler, IAsyncDisposable
{
    private readonly ConcurrentDictionary<RequestCode, Script> _scripts = new();
    private readonly ConcurrentDictionary<RequestCode, Channel<RemotingCommand>> _arrivals = new();
    private readonly ConcurrentQueue<RemotingCommand> _received = new();
    private readonly RemotingServer _server;

    private FakeServer(int port)
    {
        var dispatcher = new RequestDispatcher();
        var queue = new RequestQueue("fake", 10_000, 64);
        foreach (var code in Enum.GetValues<RequestCode>())
        {
            dispatcher.Map(code, this, queue);
        }

        _server = new RemotingServer(
            new RemotingServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, port), StopGrace = TimeSpan.Zero },
            dispatcher,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        _server.ConnectionOpened += connection => Connections.Enqueue(connection);
    }

    public string Address => _server.EndPoint.ToString();

    /// <summary>Connections in the order in which they were made.</summary>
    public ConcurrentQueue<RemotingConnection> Connections { get; } = new();

    public static async Task<FakeServer> StartAsync(int port = 0)
    {
        var server = new FakeServer(port);
        await server._server.StartAsync(default);
        return server;
    }

    /// <summary>Requests of a code received so far.</summary>
    public IReadOnlyList<RemotingCommand> Received(RequestCode code) => [.. _received.Where(request => request.Code == (int)code)];

    /// <summary>The next request of a code that nobody waited for yet.</summary>
    public async Task<RemotingCommand> NextAsync(RequestCode code) =>
        await Arrivals(code).Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void On(RequestCode code, Script script) => _scripts[code] = script;

    public void On(RequestCode code, Func<RemotingCommand, RemotingCommand?> answer) =>
        _scripts[code] = (request, _, _) => ValueTask.FromResult(answer(request));

    /// <summary>Answers a code in the given order, the last one for ever.</summary>
    public void OnEach(RequestCode code, params ResponseCode[] answers)
    {
        var next = -1;
        On(code, _ => RemotingCommand.Response(answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)], "scripted"));
    }

    public async ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var code = (RequestCode)request.Code;
        _received.Enqueue(request);
        await Arrivals(code).Writer.WriteAsync(request, cancellationToken);
        return _scripts.TryGetValue(code, out var script)
            ? await script(request, connection, cancellationToken)
            : RemotingCommand.Response(ResponseCode.Success);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Channel<RemotingCommand> Arrivals(RequestCode code) => _arrivals.GetOrAdd(code, static _ => Channel.CreateUnbounded<RemotingCommand>());
}
