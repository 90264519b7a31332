using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Protocol.Signing;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;
using Rocketeer.Storage;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests;

/// <summary>A broker in this process with a store of its own, and a client of it. Disposed together.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    /// <summary>Generous: tests that pass never wait for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory;
    private readonly Action<BrokerOptions>? _adjust;
    private readonly TimeProvider _clock;
    private readonly List<RemotingClient> _clients = [];

    private TestBroker(TempDirectory directory, Action<BrokerOptions>? adjust, TimeProvider clock, BrokerApp app)
    {
        _directory = directory;
        _adjust = adjust;
        _clock = clock;
        App = app;
    }

    /// <summary>The store that was recorded from the original, to be copied.</summary>
    public static string GoldenStore => Path.Combine(AppContext.BaseDirectory, "golden", "clean-master");

    public BrokerApp App { get; private set; }

    public BrokerContext Context => App.Context;

    public string Address => $"127.0.0.1:{App.EndPoint.Port}";

    public string StorePath => _directory.Path;

    public static BrokerOptions Options(string root) => new()
    {
        BrokerIP1 = "127.0.0.1",
        BrokerIP2 = "127.0.0.1",
        BrokerName = "broker-a",
        NamesrvAddr = "",
        Network = new NetworkSettings { ListenPort = 0, BindAddress = "127.0.0.1" },
        Store = new StoreSettings
        {
            StorePathRootDir = root,
            MapedFileSizeCommitLog = 1024 * 1024,
            MapedFileSizeConsumeQueue = 6000,
            MaxHashSlotNum = 4000,
            MaxIndexNum = 1000,
            MaxMessageSize = 512 * 1024,
            FileReservedTime = 480_000,
            DiskMaxUsedSpaceRatio = 95,
            DiskSpaceWarningLevelRatio = 1, // the machine's own disk must not decide a test
            DiskSpaceCleanForciblyRatio = 1,
        },
    };

    public static async Task<TestBroker> StartAsync(
        Action<BrokerOptions>? adjust = null, TimeProvider? clock = null, bool golden = false, ILoggerFactory? loggers = null)
    {
        var directory = new TempDirectory();
        if (golden)
        {
            directory.CopyFrom(GoldenStore);
        }

        var time = clock ?? TimeProvider.System;
        try
        {
            return new TestBroker(directory, adjust, time, await StartAsync(directory, adjust, time, loggers));
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Stops the broker and starts one on the same store, on other ports.</summary>
    public async Task RestartAsync()
    {
        await App.DisposeAsync();
        App = await StartAsync(_directory, _adjust, _clock);
    }

    /// <summary>A client with a connection of its own.</summary>
    public RemotingClient NewClient(
        RequestDispatcher? incoming = null, SerializeType serializeType = SerializeType.Json, RequestSigner? signer = null)
    {
        var client = new RemotingClient(
            new RemotingClientOptions { SerializeType = serializeType, Signer = signer }, incoming, TimeProvider.System, NullLoggerFactory.Instance);
        _clients.Add(client);
        return client;
    }

    public Task<RemotingCommand> AskAsync(RequestCode code, ICommandHeader? header = null, byte[]? body = null) =>
        AskAsync(_clients.Count > 0 ? _clients[0] : NewClient(), RemotingCommand.Request(code, header, body));

    public Task<RemotingCommand> AskAsync(RemotingClient client, RemotingCommand request) =>
        client.InvokeAsync(Address, request, Patience, TestContext.Current.CancellationToken).AsTask();

    /// <summary>Asks, expects success, and reads the body.</summary>
    public async Task<T> ReadAsync<T>(RequestCode code, ICommandHeader? header = null, byte[]? body = null)
    {
        var answer = await AskAsync(code, header, body);
        Assert.True(answer.ResponseCode == ResponseCode.Success, $"{answer.ResponseCode}: {answer.Remark}");
        return BodyJson.Deserialize<T>(answer.Body.Span);
    }

    /// <summary>Puts a message into the store, as if a producer had sent it.</summary>
    public PutResult Put(string topic, int queueId, string body, string properties = "") => Context.Store.Put(new MessageToStore
    {
        Topic = topic,
        QueueId = queueId,
        Body = System.Text.Encoding.UTF8.GetBytes(body),
        Properties = System.Text.Encoding.UTF8.GetBytes(properties),
        BornTimestamp = 1,
        BornHost = new HostAddress(0x7F000001, 1),
        StoreHost = Context.Identity.StoreHost,
    });

    /// <summary>Waits for a condition that another thread brings about.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(timeout.IsCancellationRequested, $"never came true: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static Task<BrokerApp> StartAsync(
        TempDirectory directory, Action<BrokerOptions>? adjust, TimeProvider clock, ILoggerFactory? loggers = null)
    {
        var options = Options(directory.Path);
        adjust?.Invoke(options);
        return BrokerApp.StartAsync(options, clock, loggers ?? NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await App.DisposeAsync();
        _directory.Dispose();
    }
}
