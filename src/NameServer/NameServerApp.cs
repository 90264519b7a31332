using System.Net;
using Microsoft.Extensions.Logging;
using Rocketeer.Hosting.Configuration;
using Rocketeer.NameServer.Handlers;
using Rocketeer.NameServer.Kv;
using Rocketeer.NameServer.Routing;
using Rocketeer.NameServer.Services;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Tls;

namespace Rocketeer.NameServer;

/// <summary>A running name server, as the executable and the tests start it. Thread-safe; stopped once.</summary>
public sealed class NameServerApp : IAsyncDisposable
{
    // File writes take turns anyway; the bound keeps what waiting requests hold in proportion.
    private const int WritesWaiting = 64;

    private readonly RouteTable _routes;
    private readonly NameServerInstruments _instruments;
    private readonly RemotingServer _server;
    private readonly TlsServer _tls;
    private readonly ILogger<NameServerApp> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _expiry = Task.CompletedTask;

    private NameServerApp(
        RouteTable routes, NameServerInstruments instruments, RemotingServer server, TlsServer tls, ILogger<NameServerApp> logger)
    {
        _routes = routes;
        _instruments = instruments;
        _server = server;
        _tls = tls;
        _logger = logger;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Starts a name server whose configuration cannot be laid over by a file; 318 and 319 work on the options themselves.</summary>
    /// <inheritdoc cref="StartAsync(NameServerOptions, PropertyBinder, string, TimeProvider, ILoggerFactory, CancellationToken)"/>
    public static Task<NameServerApp> StartAsync(
        NameServerOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        StartAsync(options, new PropertyBinder(options.Parts), options.ConfigStorePath, clock, loggers, cancellationToken);

    /// <summary>Starts a name server.</summary>
    /// <param name="options">Its configuration; port 0 takes a free one.</param>
    /// <param name="binder">Lists and changes the configuration.</param>
    /// <param name="configStorePath">File that changes at run time are written to.</param>
    /// <param name="clock">Every time it measures.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="ConfigurationException">An option means nothing.</exception>
    /// <exception cref="IOException">The port is taken, or the KV configuration cannot be read.</exception>
    /// <exception cref="InvalidDataException">Neither the KV configuration nor its backup can be understood.</exception>
    public static async Task<NameServerApp> StartAsync(
        NameServerOptions options,
        PropertyBinder binder,
        string configStorePath,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        if (!IPAddress.TryParse(options.BindAddress, out var address))
        {
            throw new ConfigurationException($"bindAddress={options.BindAddress} is not an IP address; 0.0.0.0 means all.");
        }

        var logger = loggers.CreateLogger<NameServerApp>();
        if (options.ClusterTest)
        {
            logger.ClusterTestIsPartial();
        }

        var kv = KvConfigStore.Open(options.KvConfigPath, out var fromBackup);
        if (fromBackup)
        {
            logger.KvConfigFromBackup(options.KvConfigPath);
        }

        var routes = new RouteTable(clock);
        var instruments = new NameServerInstruments(routes);
        var dispatcher = CreateDispatcher(options, binder, configStorePath, kv, routes, instruments, loggers);
        var tls = NameServerTls.Create(options.Tls, clock, loggers);
        var server = new RemotingServer(
            new RemotingServerOptions
            {
                EndPoint = new IPEndPoint(address, options.ListenPort),
                Tls = tls,
                IdleTimeout = TimeSpan.FromSeconds(options.ServerChannelMaxIdleTimeSeconds),
                OneWayPermits = options.ServerOnewaySemaphoreValue,
                AsyncPermits = options.ServerAsyncSemaphoreValue,
            },
            dispatcher,
            clock,
            loggers);
        var app = new NameServerApp(routes, instruments, server, tls, logger);
        try
        {
            server.ConnectionClosed += app.OnConnectionClosed;
            await server.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        logger.Listening(server.EndPoint, options.KvConfigPath);
        app._expiry = new BrokerExpiryService(routes, instruments, clock, loggers.CreateLogger<BrokerExpiryService>()).RunAsync(app._stopping.Token);
        return app;
    }

    /// <summary>Stops listening, answers what is in work, closes the connections.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _expiry;
        await _server.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _expiry;
        await _server.DisposeAsync();
        _tls.Dispose();
        _instruments.Dispose();
        _stopping.Dispose();
    }

    private static RequestDispatcher CreateDispatcher(
        NameServerOptions options,
        PropertyBinder binder,
        string configStorePath,
        KvConfigStore kv,
        RouteTable routes,
        NameServerInstruments instruments,
        ILoggerFactory loggers)
    {
        var writes = new RequestQueue("writes", WritesWaiting, concurrency: 1);
        var kvRead = new KvConfigReadHandler(kv);
        var kvWrite = new KvConfigWriteHandler(kv);
        var dispatcher = new RequestDispatcher()
            .Map(RequestCode.PutKvConfig, kvWrite, writes)
            .Map(RequestCode.GetKvConfig, kvRead)
            .Map(RequestCode.DeleteKvConfig, kvWrite, writes)
            .Map(RequestCode.GetKvlistByNamespace, kvRead)
            .Map(RequestCode.RegisterBroker, new RegisterBrokerHandler(routes, kv, instruments, loggers.CreateLogger<RegisterBrokerHandler>()))
            .Map(RequestCode.UnregisterBroker, new UnregisterBrokerHandler(routes, loggers.CreateLogger<UnregisterBrokerHandler>()))
            .Map(RequestCode.QueryDataVersion, new QueryDataVersionHandler(routes))
            .Map(RequestCode.GetRouteInfoByTopic, new GetRouteInfoHandler(routes, kv, options, instruments))
            .Map(RequestCode.GetBrokerClusterInfo, new GetClusterInfoHandler(routes))
            .Map(RequestCode.WipeWritePermOfBroker, new WipeWritePermissionHandler(routes, loggers.CreateLogger<WipeWritePermissionHandler>()))
            .Map(RequestCode.DeleteTopicInNamesrv, new DeleteTopicHandler(routes, loggers.CreateLogger<DeleteTopicHandler>()))
            .Map(RequestCode.GetNamesrvConfig, new GetConfigHandler(binder))
            .Map(RequestCode.UpdateNamesrvConfig, new UpdateConfigHandler(binder, configStorePath, loggers.CreateLogger<UpdateConfigHandler>()), writes);
        var topicLists = new TopicListHandler(routes);
        foreach (var code in TopicListHandler.Codes)
        {
            dispatcher.Map(code, topicLists);
        }

        return dispatcher;
    }

    private void OnConnectionClosed(RemotingConnection connection)
    {
        foreach (var address in _routes.RemoveConnection(connection))
        {
            _logger.BrokerConnectionLost(address, connection.RemoteAddress);
            _instruments.ConnectionLost();
        }
    }
}
