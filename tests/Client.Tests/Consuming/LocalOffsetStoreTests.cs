using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

public sealed class LocalOffsetStoreTests : IDisposable
{
    private static readonly MessageQueue Queue = new("TopicTest", "broker-a", 2);
    private readonly string _directory = Directory.CreateTempSubdirectory("rocketeer-offsets").FullName;

    private string FilePath => LocalOffsetStore.PathOf(_directory, "10.0.0.1@DEFAULT", "g");

    [Fact]
    public async Task The_file_is_laid_out_as_the_original_does()
    {
        var store = await SavedAsync(6);

        Assert.Equal(6, store.Read(Queue));
        Assert.Equal(
            "{\n\t\"offsetTable\":{{\n\t\t\t\"brokerName\":\"broker-a\",\n\t\t\t\"queueId\":2,\n\t\t\t\"topic\":\"TopicTest\"\n\t\t}:6\n\t}\n}",
            await File.ReadAllTextAsync(FilePath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_broken_file_is_replaced_by_its_backup_and_two_broken_ones_stop_the_start()
    {
        await SavedAsync(6);
        await SavedAsync(7);
        await File.WriteAllTextAsync(FilePath, "{\"offsetTa", TestContext.Current.CancellationToken);
        Assert.Equal(6, (await LoadedAsync()).Read(Queue));

        await File.WriteAllTextAsync(FilePath + ".bak", "nonsense", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(LoadedAsync);
    }

    [Fact]
    public async Task A_broadcasting_consumer_resumes_after_a_restart()
    {
        var cluster = new MemoryCluster().WithTopic("TopicTest", 1, 4);
        for (var run = 1; run <= 2; run++)
        {
            var seen = 0;
            await using var consumer = new PushConsumer(
                "g",
                new PushConsumerOptions { Model = MessageModel.Broadcasting, ConsumeFrom = ConsumeFrom.FirstOffset, OffsetDirectory = _directory },
                cluster.Client($"10.0.0.1@{run}"));
            consumer.Subscribe("TopicTest");
            await consumer.StartAsync((_, _) => { Interlocked.Increment(ref seen); return new(ConsumeResult.Success); });
            await Eventually.HoldsAsync(() => Volatile.Read(ref seen) == (run == 1 ? 4 : 1), $"messages of run {run}");
            await consumer.DisposeAsync();
            cluster.Add(new MessageQueue("TopicTest", "broker-a", 0));
        }

        Assert.Empty(cluster.Offsets);
        Assert.Contains(cluster.Pulls, pull => pull.Offset == 4);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<LocalOffsetStore> SavedAsync(long offset)
    {
        var store = new LocalOffsetStore(FilePath, NullLogger.Instance);
        store.Update(Queue, offset, increaseOnly: true);
        await store.PersistAllAsync([Queue], TestContext.Current.CancellationToken);
        return await LoadedAsync();
    }

    private async Task<LocalOffsetStore> LoadedAsync()
    {
        var store = new LocalOffsetStore(FilePath, NullLogger.Instance);
        await store.LoadAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
