using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Index;
using Rocketeer.Storage.Queues;
using Rocketeer.Storage.Scheduling;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Dispatch;

public sealed class DispatcherTests : IDisposable
{
    private static readonly byte[] Properties = Encoding.UTF8.GetBytes("KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001C0A8\u0002TAGS\u0001TagA\u0002");

    private readonly TempDirectory _directory = new();
    private readonly CommitLogs.CommitLog _log;
    private readonly StoreOptions _options;
    private readonly ConsumeQueueSet _queues;
    private readonly MessageIndex _index;

    public DispatcherTests()
    {
        _options = new StoreOptions
        {
            RootDirectory = _directory.Path,
            CommitLogDirectory = _directory["commitlog"],
            CommitLogFileSize = 1 << 20,
            ConsumeQueueFileSize = 400_000,
            MaxHashSlots = 1000,
            MaxIndexEntries = 100_000,
        };
        _log = new CommitLogs.CommitLog(_options, RealDisk.Instance, new QueueOffsetTable(), TimeProvider.System, NullLogger.Instance);
        _queues = new ConsumeQueueSet(new QueueStorage(_options, RealDisk.Instance, NullLogger.Instance));
        _index = new MessageIndex(_options, RealDisk.Instance, TimeProvider.System, NullLogger.Instance);
        _log.Start();
    }

    public void Dispose()
    {
        _log.StopAsync().AsTask().GetAwaiter().GetResult();
        _log.Dispose();
        _queues.Dispose();
        _index.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Dispatch_allocates_nothing_per_message()
    {
        var dispatcher = Dispatcher([_queues, _index]);
        Append(1700);
        dispatcher.CatchUp(0);
        Append(800);
        var before = GC.GetAllocatedBytesForCurrentThread();
        dispatcher.CatchUp(dispatcher.DispatchedUntil);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 799); // not a byte per message: only what it costs to let a file grow
        Assert.True(_queues.TryGet("TopicTest", 0, out var queue));
        Assert.Equal(2500, queue.MaxOffset);
        Assert.Equal(7501, _index.Files[0].IndexCount);
    }

    [Fact]
    public void Dispatching_again_changes_nothing()
    {
        var dispatcher = Dispatcher([_queues, _index]);
        Append(50);
        dispatcher.CatchUp(0);
        dispatcher.CatchUp(0);
        Assert.True(_queues.TryGet("TopicTest", 0, out var queue));
        Assert.Equal(50, queue.MaxOffset);
        Assert.Equal(151, _index.Files[0].IndexCount);
        Assert.Equal(_log.MaxOffset, dispatcher.DispatchedUntil);
    }

    [Fact]
    public async Task Arrivals_come_in_log_order_after_the_message_can_be_read_and_are_drained_at_the_end()
    {
        var arrivals = new Arrivals(_queues);
        await using (var dispatcher = Dispatcher([_queues], arrivals))
        {
            _log.Readable = dispatcher.Wake;
            dispatcher.Start();
            Append(3000);
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (long)i), arrivals.Offsets);
        Assert.True(arrivals.AllReadable);
        Assert.Equal(JavaStringHash.Of("TagA"), arrivals.LastTagsCode);
    }

    [Fact]
    public async Task A_failing_target_stops_dispatch_at_the_record_and_is_reported()
    {
        var failing = new FailingTarget(failAt: 10);
        Exception? reported = null;
        var dispatcher = Dispatcher([failing, _queues]);
        dispatcher.Failed = e => reported = e;
        Append(20);
        dispatcher.Start();
        await dispatcher.DisposeAsync();

        Assert.IsType<IOException>(dispatcher.Failure);
        Assert.Same(dispatcher.Failure, reported);
        Assert.True(dispatcher.BehindBytes > 0);
        Assert.True(_queues.TryGet("TopicTest", 0, out var queue));
        Assert.Equal(10, queue.MaxOffset);

        Dispatcher([_queues]).CatchUp(dispatcher.DispatchedUntil);
        Assert.Equal(20, queue.MaxOffset);
    }

    [Fact]
    public void A_slave_waits_at_a_record_that_is_half_there_and_a_master_goes_on_behind_it()
    {
        Append(3);
        var end = _log.MaxOffset;
        Assert.Equal(PutStatus.Ok, _log.Append(StoreFixture.Message("x"u8, "TopicTest")).Status);
        Assert.Equal(PutStatus.Ok, _log.Append(StoreFixture.Message("x"u8, "TopicTest")).Status);
        using (var file = File.OpenWrite(Path.Combine(_options.CommitLogDirectory, SegmentFileName.Of(0))))
        {
            file.Position = end;
            file.Write(new byte[8]);
        }

        var slave = Dispatcher([_queues], isMaster: false);
        slave.CatchUp(0);
        Assert.Equal(end, slave.DispatchedUntil);

        var master = Dispatcher([_queues]);
        master.CatchUp(0);
        Assert.Equal(_log.MaxOffset, master.DispatchedUntil);
    }

    [Fact]
    public void The_schedule_topics_entries_carry_the_delivery_time()
    {
        var properties = Encoding.UTF8.GetBytes("DELAY\u000199\u0002TAGS\u0001TagA\u0002");
        var put = _log.Append(StoreFixture.Message("x"u8, TopicNames.Schedule, 17, properties));
        _log.Append(StoreFixture.Message("x"u8, "Other", 0, properties));
        Dispatcher([_queues]).CatchUp(0);

        Assert.True(_queues.TryGet(TopicNames.Schedule, 17, out var schedule));
        Assert.True(schedule.TryReadEntry(0, out var entry));
        Assert.Equal(put.StoreTimestamp + 5000, entry.TagsCode);
        Assert.True(_queues.TryGet("Other", 0, out var other));
        Assert.True(other.TryReadEntry(0, out entry));
        Assert.Equal(2598919, entry.TagsCode);
    }

    private void Append(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(PutStatus.Ok, _log.Append(StoreFixture.Message("hello"u8, "TopicTest", 0, Properties)).Status);
        }
    }

    private CommitLogDispatcher Dispatcher(IDispatchTarget[] targets, IMessageArrivalListener? listener = null, bool isMaster = true) =>
        new(_log, targets, listener is null ? [] : [listener], DelayLevels.Parse("1s 5s"), new StoreRole(isMaster), NullLogger.Instance);

    private sealed class Arrivals(ConsumeQueueSet queues) : IMessageArrivalListener
    {
        public List<long> Offsets { get; } = [];

        public bool AllReadable { get; private set; } = true;

        public long LastTagsCode { get; private set; }

        public void OnArrival(in MessageArrival arrival)
        {
            Offsets.Add(arrival.QueueOffset);
            LastTagsCode = arrival.TagsCode;
            AllReadable &= queues.TryGet(arrival.Topic, arrival.QueueId, out var queue) && queue.MaxOffset > arrival.QueueOffset;
        }
    }

    private sealed class FailingTarget(int failAt) : IDispatchTarget
    {
        private int _seen;

        public void Dispatch(in DispatchedRecord record)
        {
            if (_seen++ == failAt)
            {
                throw new IOException("The disk is gone.");
            }
        }
    }
}
