using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Replication;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>A store with its replication, without the rest of a broker. Its log and its sentences can be looked at.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly bool _ownsDirectory;

    private Replica(TempDirectory directory, bool ownsDirectory, StoreRole role, MessageStore store, ReplicationService service, SentenceLog log)
    {
        Directory = directory;
        _ownsDirectory = ownsDirectory;
        Role = role;
        Store = store;
        Service = service;
        Log = log;
    }

    public TempDirectory Directory { get; }

    public StoreRole Role { get; }

    public MessageStore Store { get; }

    public ReplicationService Service { get; }

    public SentenceLog Log { get; }

    public string Address => $"127.0.0.1:{Service.EndPoint.Port}";

    public long End => Store.CommitLogMaxOffset;

    public static Task<Replica> MasterAsync(
        bool synchronous = false, TempDirectory? directory = null, Action<BrokerOptions>? adjust = null, TimeProvider? clock = null, int port = 0) =>
        OpenAsync(isMaster: true, synchronous, directory, adjust, clock, port);

    public static Task<Replica> SlaveAsync(
        TempDirectory? directory = null, Action<BrokerOptions>? adjust = null, TimeProvider? clock = null) =>
        OpenAsync(isMaster: false, synchronous: false, directory, adjust, clock, port: 0);

    /// <summary>Puts a message of about a kilobyte.</summary>
    public PutResult Put(string body = "", int queueId = 0)
    {
        var result = Store.Put(new MessageToStore
        {
            Topic = "TopicTest",
            QueueId = queueId,
            Body = Encoding.UTF8.GetBytes(body.PadRight(1000, '.')),
            Properties = "UNIQ_KEY\u0001A1\u0002KEYS\u0001k\u0002"u8,
            BornTimestamp = 1,
            BornHost = new HostAddress(0x7F000001, 1),
            StoreHost = new HostAddress(0x7F000001, 2),
        });
        Assert.Equal(PutStatus.Ok, result.Status);
        return result;
    }

    public void PutMany(int count, string body = "")
    {
        for (var i = 0; i < count; i++)
        {
            Put(body, i % 4);
        }
    }

    public Task<PutStatus> PutAndWaitAsync(string body = "") =>
        Store.WaitDurableAsync(Put(body), TestContext.Current.CancellationToken);

    public Task EventuallyEndsAtAsync(long offset) =>
        TestBroker.EventuallyAsync(() => End == offset, $"log ends at {offset}, not {End}; {Service.Status.Master}");

    /// <summary>Brings the other log about, byte for byte, with every message in its queue and in the index.</summary>
    public async Task EventuallyEqualsAsync(Replica master)
    {
        await TestBroker.EventuallyAsync(
            () => Service.Status.Master is { State: FollowState.Following, IsDiverged: false } && End == master.End,
            $"follows to {master.End}");
        Assert.Equal(master.Bytes(Store.CommitLogMinOffset), Bytes());
        await TestBroker.EventuallyAsync(() => Store.DispatchBehindBytes == 0 && master.Store.DispatchBehindBytes == 0, "dispatched");
        for (var queue = 0; queue < 4; queue++)
        {
            Assert.Equal(master.Store.MaxOffset("TopicTest", queue), Store.MaxOffset("TopicTest", queue));
            for (var offset = Store.MinOffset("TopicTest", queue); offset < Store.MaxOffset("TopicTest", queue); offset++)
            {
                Assert.Equal(master.Store.CommitOffset("TopicTest", queue, offset), Store.CommitOffset("TopicTest", queue, offset));
            }
        }
    }

    /// <summary>The log from its first byte to its end.</summary>
    public byte[] Bytes(long from = -1)
    {
        from = from < 0 ? Store.CommitLogMinOffset : from;
        var bytes = new byte[End - from];
        for (var at = 0; at < bytes.Length;)
        {
            var read = Store.Replication.Read(from + at, bytes.AsSpan(at));
            Assert.NotEqual(0, read);
            at += read;
        }

        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Store.DisposeAsync();
        if (_ownsDirectory)
        {
            Directory.Dispose();
        }
    }

    private static async Task<Replica> OpenAsync(
        bool isMaster, bool synchronous, TempDirectory? directory, Action<BrokerOptions>? adjust, TimeProvider? clock, int port)
    {
        var ownsDirectory = directory is null;
        directory ??= new TempDirectory();
        var options = TestBroker.Options(directory.Path);
        adjust?.Invoke(options);
        var log = new SentenceLog();
        var role = new StoreRole(isMaster);
        clock ??= TimeProvider.System;
        var store = await MessageStore.OpenAsync(
            options.Store.ToStoreOptions(), role, null, clock, log, TestContext.Current.CancellationToken);
        var service = new ReplicationService(store, options, clock, log);
        await service.StartAsync(port, TestContext.Current.CancellationToken);
        if (isMaster)
        {
            service.Lead(synchronous);
        }

        return new Replica(directory, ownsDirectory, role, store, service, log);
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class SentenceLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Sentences { get; } = new();

    /// <summary>Waits until something was said, and checks that it was said once.</summary>
    public async Task SaidOnceAsync(string part)
    {
        await TestBroker.EventuallyAsync(() => Count(part) > 0, $"said: {part}");
        Assert.Equal(1, Count(part));
    }

    public int Count(string part) => Sentences.Count(sentence => sentence.Contains(part, StringComparison.Ordinal));

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Sentences.Enqueue(formatter(state, exception) + (exception is null ? "" : " " + exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
