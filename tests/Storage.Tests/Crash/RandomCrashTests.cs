using System.Collections.Concurrent;
using System.Text;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Crash;

public sealed class RandomCrashTests
{
    [Theory]
    [InlineData(FlushMode.Sync)]
    [InlineData(FlushMode.Async)]
    public async Task A_store_copied_while_it_works_has_every_message_acknowledged_before(FlushMode mode)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            using var directory = new TempDirectory();
            var options = StoreFixture.Options(directory.Path, mode, fileSize: 64 * 1024, maxMessageSize: 32 * 1024);
            var acknowledged = new ConcurrentQueue<(long Offset, string Body)>();
            using var copy = new TempDirectory();
            (long Offset, string Body)[] before;
            await using (var store = await StoreFixture.OpenAsync(options))
            {
                using var stop = new CancellationTokenSource();
                var writerSeeds = new[] { random.Next(), random.Next() };
                var writers = writerSeeds.Select(s => Task.Run(() => WriteAsync(store, new Random(s), acknowledged, stop.Token))).ToArray();
                var target = random.Next(1, 200);
                while (acknowledged.Count < target)
                {
                    await Task.Yield();
                }

                before = [.. acknowledged];
                StoreFixture.CopyLive(directory.Path, copy.Path); // the marker 'abort' is in it, as after kill -9
                await stop.CancelAsync();
                await Task.WhenAll(writers);
            }

            await CheckAsync(StoreFixture.Options(copy.Path, mode, 64 * 1024, 32 * 1024), before, $"seed {seed}, round {round}");
        }
    }

    private static async Task WriteAsync(
        MessageStore store, Random random, ConcurrentQueue<(long Offset, string Body)> acknowledged, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var body = new string((char)random.Next('a', 'z'), random.Next(1, 3000));
            var put = StoreFixture.Put(store, body, "T" + random.Next(3), random.Next(2), "KEYS\u0001k\u0002");
            Assert.Equal(PutStatus.Ok, put.Status);
            Assert.Equal(PutStatus.Ok, await store.WaitDurableAsync(put, CancellationToken.None));
            acknowledged.Enqueue((put.CommitOffset, body));
        }
    }

    private static async Task CheckAsync(StoreOptions options, (long Offset, string Body)[] acknowledged, string what)
    {
        var queueOffsets = new Dictionary<(string, int), long>();
        long end;
        await using (var store = await StoreFixture.OpenAsync(options))
        {
            end = store.CommitLogMaxOffset;
            foreach (var (_, record) in StoreFixture.ReadLog(options.CommitLogDirectory))
            {
                var view = StoreFixture.View(record);
                var queue = (Encoding.UTF8.GetString(view.Topic), view.QueueId);
                Assert.True(queueOffsets.GetValueOrDefault(queue) == view.QueueOffset, $"{what}: {queue} has {view.QueueOffset}");
                queueOffsets[queue] = view.QueueOffset + 1;
            }

            foreach (var ((topic, queueId), next) in queueOffsets)
            {
                var put = StoreFixture.Put(store, "next", topic, queueId);
                Assert.True(put.QueueOffset == next, $"{what}: {topic}-{queueId} goes on at {put.QueueOffset} instead of {next}, {put.Status}");
            }
        }

        var records = StoreFixture.ReadLog(options.CommitLogDirectory).ToDictionary(r => r.Offset, r => r.Record);
        foreach (var (offset, body) in acknowledged)
        {
            Assert.True(offset < end && records.ContainsKey(offset), $"{what}: the message at {offset} is lost, the log ends at {end}");
            Assert.True(Encoding.UTF8.GetString(StoreFixture.View(records[offset]).Body) == body, $"{what}: {offset} differs");
        }
    }
}
