using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

/// <summary>A started server with the handlers of the tests, and clients of it, on one transport. Disposed together.</summary>
internal sealed class Peers : IAsyncDisposable
{
    /// <summary>Echoes the body on the event loop.</summary>
    public const RequestCode Echo = RequestCode.SendMessageV2;

    /// <summary>Keeps the responder in <see cref="Held"/>.</summary>
    public const RequestCode Hold = RequestCode.PullMessage;

    /// <summary>Throws on the event loop.</summary>
    public const RequestCode Throw = RequestCode.UpdateBrokerConfig;

    /// <summary>Waits behind <see cref="Queue"/> until <see cref="Gate"/> opens, then echoes.</summary>
    public const RequestCode Queued = RequestCode.GetBrokerConfig;

    /// <summary>Nobody serves it.</summary>
    public const RequestCode Unknown = RequestCode.LockBatchMq;

    /// <summary>Generous: tests that pass never wait for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<RemotingClient> _clients = [];
    private readonly TransportKind _transport;

    public Peers(
        TransportKind transport,
        TimeProvider? clock = null,
        Func<RemotingServerOptions, RemotingServerOptions>? adjust = null,
        TimeProvider? queueClock = null)
    {
        _transport = transport;
        Clock = clock ?? TimeProvider.System;
        Queue = new RequestQueue("test", 4, 2, queueClock);
        Dispatcher = new RequestDispatcher()
            .Map(Echo, new Inline((in CommandView request, Responder responder) =>
                responder.Reply(ResponseCode.Success, default(EmptyHeader), null, request.Body)))
            .Map(Hold, new Inline((in CommandView _, Responder responder) =>
            {
                Held.Add(responder);
                HeldSignal.Release();
            }))
            .Map(Throw, new Inline((in CommandView _, Responder _) => throw new InvalidOperationException("no luck today")))
            .Map(Queued, new Behind(async (request, _, stop) =>
            {
                Entered.Release();
                await Gate.Task.WaitAsync(stop);
                return RemotingCommand.Response(ResponseCode.Success, body: request.Body);
            }), Queue);
        var options = new RemotingServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Transport = transport };
        Server = new RemotingServer(adjust?.Invoke(options) ?? options, Dispatcher, Clock, NullLoggerFactory.Instance);
    }

    public static TheoryData<TransportKind> Transports =>
        OperatingSystem.IsLinux() ? [TransportKind.Epoll, TransportKind.Stock] : [TransportKind.Stock];

    public RequestDispatcher Dispatcher { get; }

    public RemotingServer Server { get; }

    public TimeProvider Clock { get; }

    public RequestQueue Queue { get; }

    public System.Collections.Concurrent.ConcurrentBag<Responder> Held { get; } = [];

    public SemaphoreSlim HeldSignal { get; } = new(0);

    public SemaphoreSlim Entered { get; } = new(0);

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address => Server.EndPoint.ToString();

    public static async Task<Peers> StartAsync(
        TransportKind transport, TimeProvider? clock = null, Func<RemotingServerOptions, RemotingServerOptions>? adjust = null)
    {
        var peers = new Peers(transport, clock, adjust);
        await peers.Server.StartAsync(CancellationToken.None);
        return peers;
    }

    public static RemotingCommand Request(RequestCode code, byte[]? body = null) => RemotingCommand.Request(code, body: body ?? []);

    public RemotingClient Client(RequestDispatcher? incoming = null, RemotingClientOptions? options = null)
    {
        var client = new RemotingClient(
            options ?? new RemotingClientOptions { Transport = _transport }, incoming, Clock, NullLoggerFactory.Instance);
        _clients.Add(client);
        return client;
    }

    public ValueTask<RemotingCommand> InvokeAsync(RemotingClient client, RequestCode code, byte[]? body = null) =>
        client.InvokeAsync(Address, Request(code, body), Patience, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Gate.TrySetResult();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Server.StopAsync(now.Token);
    }

    internal delegate void InlineHandler(in CommandView request, Responder responder);

    internal sealed class Inline(InlineHandler handle) : IRequestHandler
    {
        public void Handle(in CommandView request, Responder responder) => handle(request, responder);
    }

    internal sealed class Behind(Func<RemotingCommand, RemotingConnection, CancellationToken, Task<RemotingCommand?>> handle) : IAsyncRequestHandler
    {
        public async ValueTask<RemotingCommand?> HandleAsync(
            RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken) =>
            await handle(request, connection, cancellationToken);
    }
}
