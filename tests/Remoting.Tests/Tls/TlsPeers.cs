using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests.Tls;

/// <summary>A server with TLS and clients of it. Disposed together.</summary>
internal sealed class TlsPeers : IAsyncDisposable
{
    private readonly List<TlsClient> _clients = [];
    private readonly TransportKind _transport;

    private TlsPeers(TransportKind transport, TlsServerOptions options, TimeProvider clock, RecordedLog log, Func<RemotingServerOptions, TlsServer, RemotingServerOptions> adjust)
    {
        _transport = transport;
        Log = log;
        Server = new TlsServer(options, clock, log);
        Peers = new Peers(transport, clock, o => adjust(o, Server));
    }

    public RecordedLog Log { get; }

    public TlsServer Server { get; }

    public Peers Peers { get; }

    public string LocalhostAddress => $"localhost:{Peers.Server.EndPoint.Port}";

    public static async Task<TlsPeers> StartAsync(TransportKind transport, TlsServerOptions? options = null, TimeProvider? clock = null)
    {
        var peers = new TlsPeers(transport, options ?? new TlsServerOptions(), clock ?? TimeProvider.System, new RecordedLog(), (o, tls) =>
            new RemotingServerOptions { EndPoint = o.EndPoint, Transport = o.Transport, Tls = tls });
        await peers.Peers.Server.StartAsync(CancellationToken.None);
        return peers;
    }

    public RemotingClient PlainClient() => Peers.Client();

    public RemotingClient Client(TlsClientOptions? options = null, TimeSpan? connectTimeout = null)
    {
        var tls = new TlsClient(options ?? new TlsClientOptions { TrustAny = true }, Peers.Clock, Log);
        _clients.Add(tls);
        return Peers.Client(
            null, new RemotingClientOptions { Transport = _transport, Tls = tls, ConnectTimeout = connectTimeout ?? Peers.Patience });
    }

    public async ValueTask DisposeAsync()
    {
        await Peers.DisposeAsync();
        _clients.ForEach(client => client.Dispose());
        Server.Dispose();
    }
}
