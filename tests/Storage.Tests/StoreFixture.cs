using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests;

/// <summary>Stores of tests: small files, a directory that goes away, ordinary messages.</summary>
internal static class StoreFixture
{
    public const int FileSize = 1024 * 1024;

    public static readonly HostAddress Producer = new(0x7F000001, 4711);
    public static readonly HostAddress Broker = new(0x7F000001, 10911);

    /// <summary>The recorded store, to be copied.</summary>
    public static string GoldenStore => Path.Combine(AppContext.BaseDirectory, "golden", "clean-master");

    public static StoreOptions Options(
        string root, FlushMode flushMode = FlushMode.Async, int fileSize = FileSize, int maxMessageSize = 512 * 1024) => new()
    {
        RootDirectory = root,
        CommitLogDirectory = Path.Combine(root, "commitlog"),
        CommitLogFileSize = fileSize,
        ConsumeQueueFileSize = 6000,
        MaxHashSlots = 4000,
        MaxIndexEntries = 1000,
        MaxMessageSize = maxMessageSize,
        FlushMode = flushMode,
        DeleteCommitLogFilesInterval = 0,
        DeleteConsumeQueueFilesInterval = 0,
        DiskMaxUsedSpaceRatio = 95,
        DiskSpaceWarningLevelRatio = 1, // the machine's own disk must not decide a test
        DiskSpaceCleanForciblyRatio = 1,
    };

    public static Task<MessageStore> OpenAsync(
        StoreOptions options,
        TimeProvider? clock = null,
        IDisk? disk = null,
        StoreRole? role = null,
        ILoggerFactory? loggers = null,
        IMessageArrivalListener? arrivals = null) =>
        MessageStore.OpenAsync(
            options,
            role ?? new StoreRole(isMaster: true),
            arrivals,
            clock ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance,
            disk ?? RealDisk.Instance,
            TestContext.Current.CancellationToken);

    public static PutResult Put(
        MessageStore store, string body, string topic = "TopicTest", int queueId = 0, string properties = "", int sysFlag = 0) =>
        Put(store, Encoding.UTF8.GetBytes(body), topic, queueId, properties, sysFlag);

    public static PutResult Put(
        MessageStore store, byte[] body, string topic = "TopicTest", int queueId = 0, string properties = "", int sysFlag = 0) =>
        store.Put(Message(body, topic, queueId, Encoding.UTF8.GetBytes(properties), sysFlag));

    public static MessageToStore Message(
        ReadOnlySpan<byte> body, string topic = "TopicTest", int queueId = 0, ReadOnlySpan<byte> properties = default, int sysFlag = 0) =>
        new()
        {
            Topic = topic,
            QueueId = queueId,
            Flag = 7,
            SysFlag = sysFlag,
            BornTimestamp = 1_700_000_000_000,
            BornHost = Producer,
            StoreHost = Broker,
            Body = body,
            Properties = properties,
        };

    /// <summary>Every record of a commit log directory, decoded from the files alone: offset and bytes.</summary>
    public static List<(long Offset, byte[] Record)> ReadLog(string directory)
    {
        var records = new List<(long, byte[])>();
        foreach (var path in Directory.GetFiles(directory).Order(StringComparer.Ordinal))
        {
            var start = long.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture);
            var bytes = File.ReadAllBytes(path);
            var position = 0;
            while (position < bytes.Length && MessageRecordView.TryParse(bytes.AsSpan(position), out var view))
            {
                records.Add((start + position, view.Bytes.ToArray()));
                position += view.TotalSize;
            }
        }

        return records;
    }

    public static MessageRecordView View(byte[] record)
    {
        Assert.True(MessageRecordView.TryParse(record, out var view));
        return view;
    }

    /// <summary>A copy of a store that nobody has open.</summary>
    public static TempDirectory CopyOf(string root) => new TempDirectory().CopyFrom(root);

    /// <summary>Copies a store while it works: as a crash would leave it, with files and directories coming up meanwhile.</summary>
    public static void CopyLive(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
