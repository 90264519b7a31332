using System.Net;
using System.Net.Sockets;
using DotNetty.Buffers;
using DotNetty.Common;
using DotNetty.Common.Internal.Logging;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting.Transport;

/// <summary>
/// The event loops of one <see cref="TransportKind"/>, shared by every server and client of the process: made for the first who acquires
/// them, ended when the last one releases them. Thread-safe.
/// </summary>
internal sealed class EventLoops
{
    private const string InlineCompletionsVariable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const int MaxLoops = 8;

    // Only receive buffers come from here, and one per loop is in use at a time: chunks of 1 MiB, one arena per loop.
    private const int ArenaPageSize = 8192;
    private const int ArenaMaxOrder = 7;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<TransportKind, EventLoops> Shared = [];

    private readonly TransportKind _kind;
    private readonly MultithreadEventLoopGroup _group;
    private readonly PooledByteBufferAllocator _allocator;
    private readonly int _count = Math.Min(Environment.ProcessorCount, MaxLoops);
    private int _users;

    private EventLoops(TransportKind kind, ILogger logger)
    {
        _kind = kind;
        _allocator = new PooledByteBufferAllocator(_count, 0, ArenaPageSize, ArenaMaxOrder);
        if (kind == TransportKind.Epoll)
        {
            var index = 0;
            _group = new MultithreadEventLoopGroup(group => new EpollEventLoop(group, index++, logger), _count);
        }
        else
        {
            UseInlineCompletions();
            _group = new MultithreadEventLoopGroup(_count);
        }
    }

    /// <summary>Loops of the wanted kind; call <see cref="ReleaseAsync"/> once when done.</summary>
    /// <exception cref="PlatformNotSupportedException">Epoll was asked for on another system than Linux.</exception>
    public static EventLoops Acquire(TransportKind kind, ILoggerFactory loggers)
    {
        if (kind == TransportKind.Auto)
        {
            kind = OperatingSystem.IsLinux() ? TransportKind.Epoll : TransportKind.Stock;
        }
        else if (kind == TransportKind.Epoll && !OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The epoll transport runs on Linux only; choose TransportKind.Auto or TransportKind.Stock.");
        }

        lock (Gate)
        {
            // Leak detection draws a random number per buffer; ours are released in one place each (dotnet.md 1.4).
            ResourceLeakDetector.Level = ResourceLeakDetector.DetectionLevel.Disabled;
            if (!Shared.TryGetValue(kind, out var loops))
            {
                // DotNetty logs what it swallows. It has one factory per process: that of whoever comes first.
                InternalLoggerFactory.DefaultFactory = loggers;
                loops = new EventLoops(kind, loggers.CreateLogger<EventLoops>());
                Shared.Add(kind, loops);
            }

            loops._users++;
            return loops;
        }
    }

    /// <summary>Gives the loops back. Every channel of the caller must be closed: tasks of an ended loop are lost.</summary>
    public Task ReleaseAsync()
    {
        lock (Gate)
        {
            if (--_users > 0)
            {
                return Task.CompletedTask;
            }

            Shared.Remove(_kind);
        }

        return _group.ShutdownGracefullyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>A channel over a connected socket; it owns the socket.</summary>
    public IChannel Wrap(Socket connected, IPEndPoint remote) => Configure(
        _kind == TransportKind.Epoll ? new EpollTcpChannel(connected, remote) : new StockTcpChannel(connected, remote));

    /// <summary>A channel that is about to connect.</summary>
    public IChannel NewChannel(AddressFamily family) => Configure(
        _kind == TransportKind.Epoll ? new EpollTcpChannel(family) : new StockTcpChannel(family));

    /// <summary>The loops.</summary>
    public IEnumerable<IEventLoop> All => _group.Items.Cast<IEventLoop>();

    /// <summary>
    /// Gives a channel to one of the loops that run; a loop that has failed gets no more. A connected channel becomes active by this.
    /// </summary>
    /// <exception cref="IOException">All loops have failed.</exception>
    public Task RegisterAsync(IChannel channel)
    {
        for (var i = 0; i < _count; i++)
        {
            var loop = (IEventLoop)_group.GetNext();
            if (!loop.IsShuttingDown)
            {
                return loop.RegisterAsync(channel);
            }
        }

        return Task.FromException(new IOException("Every event loop of this process has failed; restart it."));
    }

    private static void UseInlineCompletions()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletionsVariable) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletionsVariable, "1");
        }
    }

    private IChannel Configure(IChannel channel)
    {
        var configuration = channel.Configuration;
        configuration.Allocator = _allocator;
        configuration.ConnectTimeout = TimeSpan.Zero; // ours runs on the caller's clock

        // ConnectionOutput has the marks that count; DotNetty's would only raise events that nobody hears.
        configuration.WriteBufferHighWaterMark = int.MaxValue;
        return channel;
    }
}
