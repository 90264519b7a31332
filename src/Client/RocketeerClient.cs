using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Calls;
using Rocketeer.Client.Groups;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Routing;
using Rocketeer.Client.Serialization;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Tls;

namespace Rocketeer.Client;

/// <summary>
/// The way to a RocketMQ cluster: connections, routes and heartbeats that its producers and consumers share. Make one per process and
/// keep it. Nothing is sent before a producer, a consumer or the administration needs it. Disposing it ends its producers and consumers
/// first, each gracefully. Thread-safe.
/// </summary>
/// <example><code>
/// await using var client = new RocketeerClient(new RocketeerClientOptions { NameServers = "127.0.0.1:9876" });
/// </code></example>
public sealed partial class RocketeerClient : IAsyncDisposable
{
    private const int IncomingWaiting = 1024;
    private const int IncomingAtOnce = 8;

    private readonly RemotingClient _remoting;
    private readonly TlsClient? _tls;
    private readonly PeriodicLoop _routePoll;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task? _disposed;

    /// <summary>Creates a client; nothing is sent yet.</summary>
    /// <param name="options">Settings; a copy is taken.</param>
    /// <param name="loggers">Where it logs; nowhere if not given.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public RocketeerClient(RocketeerClientOptions? options = null, ILoggerFactory? loggers = null)
    {
        Options = (options ?? new RocketeerClientOptions()).Copy();
        Options.Validate();
        Loggers = loggers ?? NullLoggerFactory.Instance;
        _logger = Loggers.CreateLogger<RocketeerClient>();
        MessageIds = new UniqueMessageId(Clock);
        ClientId = ClientIdentity.Create(Options);

        var incoming = new BrokerRequestHandler(Groups, _logger);
        _tls = Options.Tls.Enabled ? new TlsClient(Options.Tls.ToClientOptions(), Clock, Loggers) : null;
        _remoting = new RemotingClient(
            new RemotingClientOptions { ConnectTimeout = Options.ConnectTimeout, Signer = Options.Credentials?.ToSigner(), Tls = _tls },
            incoming.Map(new RequestDispatcher(), new RequestQueue("requests from brokers", IncomingWaiting, IncomingAtOnce)),
            Clock,
            Loggers);
        Calls = new BrokerCalls(_remoting, Options.UseVipChannel);
        NameServers = new NameServerClient(_remoting, Options.ParseNameServers(), Options.NameServerTimeout, _logger);
        Routes = new TopicRouteCache(LookUpRouteAsync, Brokers, Clock, _logger);
        Heartbeats = new HeartbeatLoop(ClientId, Groups, Brokers, Calls, Options.HeartbeatInterval, Clock, _logger);
        Routes.Changed += Groups.AnnounceRoute;
        Routes.BrokersChanged += Heartbeats.Wake;
        Admin = new AdminClient(this);
        _routePoll = new PeriodicLoop("route poll", Options.RoutePollInterval, PollRoutesAsync, Clock, _logger);
    }

    /// <summary>The name under which brokers know this client: <c>ip@instance</c>.</summary>
    public string ClientId { get; }

    /// <summary>Administration of the cluster.</summary>
    public AdminClient Admin { get; }

    /// <summary>Turns values of typed messages into bodies and back; <see cref="RocketeerClientOptions.Serializer"/>.</summary>
    public IMessageSerializer Serializer => Options.Serializer;

    /// <summary>Settings, which nobody changes any more.</summary>
    internal RocketeerClientOptions Options { get; }

    /// <summary>Clock of every timer and time stamp.</summary>
    internal TimeProvider Clock => Options.TimeProvider;

    /// <summary>Where members log.</summary>
    internal ILoggerFactory Loggers { get; }

    /// <summary>Requests to brokers.</summary>
    internal BrokerCalls Calls { get; }

    /// <summary>Requests to name servers.</summary>
    internal NameServerClient NameServers { get; }

    /// <summary>Routes of the topics in use.</summary>
    internal TopicRouteCache Routes { get; }

    /// <summary>Broker names to addresses.</summary>
    internal BrokerDirectory Brokers { get; } = new();

    /// <summary>Producers and consumers of this client.</summary>
    internal GroupRegistry Groups { get; } = new();

    /// <summary>Tells brokers about <see cref="Groups"/>.</summary>
    internal HeartbeatLoop Heartbeats { get; }

    /// <summary>Makes the ids of messages.</summary>
    internal UniqueMessageId MessageIds { get; }

    /// <summary>True from the start of <see cref="DisposeAsync"/>.</summary>
    internal bool IsDisposed => Volatile.Read(ref _disposed) is not null;

    /// <summary>Makes a producer; it connects when it sends. Dispose it, or this client, to let what it sends arrive.</summary>
    /// <param name="group">Producer group; this client has at most one producer of a group.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The client has a producer of this group already.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Producer CreateProducer(string group, Action<ProducerOptions>? configure = null)
    {
        var options = new ProducerOptions { Group = group };
        configure?.Invoke(options);
        return CreateProducer(options);
    }

    /// <summary>Makes a producer; it connects when it sends. Dispose it, or this client, to let what it sends arrive.</summary>
    /// <param name="options">Settings; a copy is taken.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The client has a producer of this group already.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Producer CreateProducer(ProducerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var producer = new Producer(this, options.Copy());
        Register(producer);
        return producer;
    }

    /// <summary>Adds a producer or consumer: from now on its topics are polled, heartbeats name it, and brokers reach it.</summary>
    /// <exception cref="InvalidOperationException">The client has a member of this role and group already.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal void Register(IGroupMember member)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Groups.Add(member);
        _routePoll.Start();
        Heartbeats.Start();
        Heartbeats.Wake();
    }

    /// <summary>Removes a member and tells the brokers, which are waited for at most 3 s. Failures are logged.</summary>
    internal async ValueTask UnregisterAsync(IGroupMember member)
    {
        if (Groups.Remove(member))
        {
            await Heartbeats.AnnounceLeaveAsync(member).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends all producers and consumers, each gracefully, then closes the connections. Idempotent: a second caller waits for the first one's end.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposed ??= DisposeOnceAsync());
        }
    }

    private async Task DisposeOnceAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock

        // Consumers first: the client's own producer sends what they cannot give back.
        foreach (var member in Groups.Members.Where(member => member != _traces?.Producer).OrderByDescending(member => member.Role == GroupRole.Consumer))
        {
            try
            {
                await member.DisposeAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // one member that fails to end must not keep the others and the connections open
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _logger.MemberDisposeFailed(failure, member.Group);
            }
        }

        if (_traces is { } traces)
        {
            await traces.DisposeAsync().ConfigureAwait(false); // after those whose traces it sends
        }

        await _routePoll.DisposeAsync().ConfigureAwait(false);
        await Heartbeats.DisposeAsync().ConfigureAwait(false);
        Routes.Dispose();
        await _remoting.DisposeAsync().ConfigureAwait(false);
        _tls?.Dispose();
    }

    private Task PollRoutesAsync(CancellationToken cancellationToken) =>
        Routes.PollAsync(Groups.Members.SelectMany(member => member.Topics), cancellationToken);

    /// <summary>Asks the name servers for a route, past the cache.</summary>
    internal async ValueTask<TopicRoute?> LookUpRouteAsync(string topic, CancellationToken cancellationToken)
    {
        var answer = await NameServers.InvokeUntilAsync(
            () => RemotingCommand.Request(RequestCode.GetRouteInfoByTopic, new GetRouteInfoRequestHeader { Topic = topic }),
            static answer => answer.ResponseCode == ResponseCode.Success,
            cancellationToken).ConfigureAwait(false);
        return answer.ResponseCode switch
        {
            ResponseCode.Success when !answer.Body.IsEmpty => TopicRoute.From(topic, Answers.BodyOf<TopicRouteData>(answer)),
            ResponseCode.Success or ResponseCode.TopicNotExist => null,
            var other => throw new BrokerRejectedException(other, answer.Remark, "The name server"),
        };
    }
}
