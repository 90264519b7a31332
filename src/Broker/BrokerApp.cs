using System.Net;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Consumers;
using Rocketeer.Broker.Filtering;
using Rocketeer.Broker.Metrics;
using Rocketeer.Broker.Protection;
using Rocketeer.Broker.Roles;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Server;

namespace Rocketeer.Broker;

/// <summary>A running broker, as the executable and the tests start it. Disposing it stops it in order; thread-safe.</summary>
public sealed partial class BrokerApp : IAsyncDisposable
{
    private readonly BrokerContext _context;
    private readonly ConsumerOffsetsFile _offsetsFile;
    private readonly ConsumerFiltersFile _filtersFile;
    private readonly ClientHousekeeping _housekeeping;
    private readonly FastFailure _fastFailure;
    private readonly SlowReaders _slowReaders;
    private readonly BrokerInstruments _instruments;
    private readonly RemotingClient _client;
    private readonly BrokerTls _tls;
    private readonly BrokerRoles _roles;
    private readonly List<RemotingServer> _servers = [];
    private readonly List<IAsyncDisposable> _hotPath = [];
    private readonly ILogger<BrokerApp> _logger;
    private int _stopped;

    private BrokerApp(
        BrokerContext context,
        ConsumerOffsetsFile offsetsFile,
        ConsumerFiltersFile filtersFile,
        RemotingClient client,
        BrokerTls tls,
        BrokerRoles roles)
    {
        _context = context;
        _offsetsFile = offsetsFile;
        _filtersFile = filtersFile;
        _client = client;
        _tls = tls;
        _roles = roles;
        _logger = context.Loggers.CreateLogger<BrokerApp>();
        _housekeeping = new ClientHousekeeping(
            context.Consumers, context.Producers, context.Locks, context.Clock, context.Loggers.CreateLogger<ClientHousekeeping>());
        _fastFailure = new FastFailure(context.Options, context.Queues, context.Store, context.Clock);
        _slowReaders = new SlowReaders(
            context.Options, context.Statistics, context.Groups, context.Clock, context.Loggers.CreateLogger<SlowReaders>());
        _instruments = new BrokerInstruments(context);
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint => _servers[0].EndPoint;

    /// <summary>The second port: the one two below, where clients may send without queueing behind pulls.</summary>
    public IPEndPoint VipEndPoint => _servers[1].EndPoint;

    /// <summary>Says why this broker should get no traffic.</summary>
    /// <returns>One sentence, or <see langword="null"/> when it is ready.</returns>
    public string? ReadinessProblem() =>
        Volatile.Read(ref _stopped) != 0 ? "The broker stops."
        : LivenessProblem() is { } problem ? problem
        : !_context.Registrar.IsRegistered ? "No name server knows this broker yet."
        : null;

    /// <summary>Says why only a restart can help.</summary>
    /// <returns>One sentence, or <see langword="null"/> when all is well.</returns>
    public string? LivenessProblem() =>
        _context.Store.Failure is { } failure ? $"The store has failed and takes no more messages: {failure.Message}" : null;

    /// <summary>The request codes that it serves.</summary>
    internal IReadOnlyCollection<RequestCode> RequestCodes { get; private set; } = [];

    /// <summary>What the handlers work with.</summary>
    internal BrokerContext Context => _context;

    /// <summary>Who this broker is in its group.</summary>
    internal BrokerRoles Roles => _roles;

    /// <summary>Starts a broker whose settings were put together in code.</summary>
    /// <inheritdoc cref="StartAsync(BrokerOptions, PropertyBinder, string, TimeProvider, ILoggerFactory, CancellationToken)"/>
    public static Task<BrokerApp> StartAsync(
        BrokerOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        StartAsync(new BrokerConfiguration(options, clock), clock, loggers, cancellationToken);

    /// <summary>Starts a broker.</summary>
    /// <param name="options">The settings; port 0 takes free ones.</param>
    /// <param name="binder">Lists and changes the settings.</param>
    /// <param name="configFile">The file that changes at run time are saved to, or <see langword="null"/>.</param>
    /// <param name="clock">Every time it measures.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="ConfigurationException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A table of the store can be read from neither its file nor its backup.</exception>
    /// <exception cref="IOException">A port is taken, or the store cannot be opened.</exception>
    public static Task<BrokerApp> StartAsync(
        BrokerOptions options,
        PropertyBinder binder,
        string? configFile,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken) =>
        StartAsync(new BrokerConfiguration(options, binder, configFile, clock), clock, loggers, cancellationToken);

    private static async Task<BrokerApp> StartAsync(
        BrokerConfiguration configuration, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        BrokerValidation.Apply(configuration.Options);
        var logger = loggers.CreateLogger<BrokerApp>();
        foreach (var key in configuration.Options.Accepted.WithoutEffect())
        {
            logger.KeyWithoutEffect(key);
        }

        var tls = new BrokerTls(configuration.Options.Tls, clock, loggers);
        BrokerApp app;
        try
        {
            app = await ComposeAsync(configuration, tls, clock, loggers, cancellationToken);
        }
        catch
        {
            tls.Dispose();
            throw;
        }

        try
        {
            await app.ServeAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        var dispatcher = new RequestDispatcher();
        MapHandlers(dispatcher);
        MapHotPath(dispatcher);
        RequestCodes = dispatcher.Codes;
        dispatcher.Gate = _context.Access;
        _context.Access?.WatchFile();
        var network = _context.Options.Network;
        await ListenAsync(dispatcher, network.ListenPort, cancellationToken);
        await _context.Replication.StartAsync(network.ListenPort == 0 ? 0 : network.ListenPort + 1, cancellationToken);
        _context.Identity.ListensOn(EndPoint.Port, network.ListenPort == 0 ? _context.Replication.EndPoint.Port : EndPoint.Port + 1);
        await ListenAsync(dispatcher, network.ListenPort == 0 ? 0 : network.ListenPort - 2, cancellationToken);

        _housekeeping.Start();
        _fastFailure.Start();
        _slowReaders.Start();
        _context.Statistics.Start();
        _filtersFile.Start(_context.Clock);
        _offsetsFile.Start(_context.Clock, TimeSpan.FromMilliseconds(_context.Options.FlushConsumerOffsetInterval));
        _roles.Start();
        await _context.Registrar.StartAsync();
        _roles.Open();
        var identity = _context.Identity;
        _logger.BrokerStarted(
            identity.Name, identity.Role, identity.Id, identity.ClusterName, identity.Address, VipEndPoint.Port,
            _context.Options.Store.StorePathRootDir);
    }

    /// <summary>
    /// Maps the handlers of sends, pulls and queries. What holds requests is added to <see cref="_hotPath"/>, to be stopped before the
    /// ports close, and is told of arrivals through <see cref="BrokerContext.Arrivals"/>.
    /// </summary>
    partial void MapHotPath(RequestDispatcher dispatcher);

    private async Task ListenAsync(RequestDispatcher dispatcher, int port, CancellationToken cancellationToken)
    {
        var network = _context.Options.Network;
        var server = new RemotingServer(
            new RemotingServerOptions
            {
                EndPoint = new IPEndPoint(IPAddress.Parse(network.BindAddress), port),
                Tls = _tls.Server,
                IdleTimeout = TimeSpan.FromSeconds(network.ServerChannelMaxIdleTimeSeconds),
                OneWayPermits = network.ServerOnewaySemaphoreValue,
                AsyncPermits = network.ServerAsyncSemaphoreValue,
            },
            dispatcher,
            _context.Clock,
            _context.Loggers);
        server.ConnectionClosed += _housekeeping.ConnectionClosed;
        server.ConnectionClosed += _context.Registrar.FilterServers.ConnectionClosed;
        _servers.Add(server);
        await server.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Stops: name servers are told first, so that clients turn elsewhere while requests in work finish; what is in memory goes to the
    /// disk last. A step that fails is logged and does not keep the others from running.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        _logger.BrokerStopping(_context.Identity.Name);
        await StepAsync("leaving the name servers", _context.Registrar.StopAsync);
        await StepAsync("stopping housekeeping", () =>
        {
            _housekeeping.Dispose();
            _fastFailure.Dispose();
            _slowReaders.Dispose();
            _offsetsFile.Dispose();
            _context.Access?.Dispose();
            _filtersFile.Dispose();
            _context.Statistics.Dispose();
            return Task.CompletedTask;
        });
        await StepAsync("ceasing to follow the master", () => _roles.DisposeAsync().AsTask());
        foreach (var hot in _hotPath)
        {
            await StepAsync("stopping held requests", () => hot.DisposeAsync().AsTask());
        }

        await StepAsync("closing replication", () => _context.Replication.DisposeAsync().AsTask());
        await Task.WhenAll(_servers.Select(server => StepAsync("closing a port", () => server.StopAsync(CancellationToken.None))));
        await Task.WhenAll(_servers.Select(server => StepAsync("releasing a port", () => server.DisposeAsync().AsTask())));
        await StepAsync("closing the store", () => _context.Store.DisposeAsync().AsTask());
        await StepAsync("saving the consumer offsets", _offsetsFile.SaveAsync);
        await StepAsync("saving the consumer filters", _filtersFile.SaveAsync);
        await StepAsync("saving the topics", _context.Topics.SaveAsync);
        await StepAsync("saving the consumer groups", _context.Groups.SaveAsync);
        await StepAsync("closing connections", async () =>
        {
            await _context.Registrar.DisposeAsync();
            await _client.DisposeAsync();
            _tls.Dispose();
        });
        _instruments.Dispose();
        _logger.BrokerStopped(_context.Identity.Name);
    }

    private async Task StepAsync(string step, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            _logger.StopStepFailed(e, step);
        }
    }
}
