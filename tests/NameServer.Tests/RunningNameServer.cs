using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.TestKit;

namespace Rocketeer.NameServer.Tests;

/// <summary>A name server of one test, on a free port, with files of its own.</summary>
internal sealed class RunningNameServer : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private NameServerApp? _app;

    private RunningNameServer()
    {
        Options = new NameServerOptions
        {
            BindAddress = "127.0.0.1",
            ListenPort = 0,
            KvConfigPath = _directory["kvConfig.json"],
            ConfigStorePath = _directory["namesrv.properties"],
        };
    }

    public NameServerOptions Options { get; }

    public IPEndPoint EndPoint => _app!.EndPoint;

    public static async Task<RunningNameServer> StartAsync(Action<NameServerOptions>? configure = null, TimeProvider? clock = null)
    {
        var server = new RunningNameServer();
        configure?.Invoke(server.Options);
        try
        {
            server._app = await NameServerApp.StartAsync(
                server.Options, clock ?? TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(EndPoint);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _directory.Dispose();
    }
}
