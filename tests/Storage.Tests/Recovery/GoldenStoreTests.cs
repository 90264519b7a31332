using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Rocketeer.Storage.Tests.Recovery;

public sealed class GoldenStoreTests
{
    [Fact]
    public async Task Opening_and_closing_the_recorded_store_changes_no_byte_of_its_log()
    {
        using var copy = StoreFixture.CopyOf(StoreFixture.GoldenStore);
        await using (var store = await StoreFixture.OpenAsync(StoreFixture.Options(copy.Path), RecordingTime()))
        {
            Assert.Equal(0, store.CommitLogMinOffset);
            Assert.Equal(0, store.DispatchBehindBytes);
        }

        foreach (var name in new[] { "00000000000000000000", "00000000000001048576" })
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(StoreFixture.GoldenStore, "commitlog", name)), File.ReadAllBytes(copy["commitlog", name]));
        }

        Assert.False(File.Exists(copy["abort"]));
        Assert.Equal(2, Directory.GetFiles(copy["commitlog"]).Length);
    }

    [Fact]
    public async Task The_recorded_log_ends_behind_its_last_record_and_goes_on_there()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "golden", "commitlog.jsonl"));
        var records = lines.Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.TryGetProperty("topic", out _)).ToList();
        var end = records[^1].GetProperty("offset").GetInt64() + records[^1].GetProperty("totalSize").GetInt32();
        using var copy = StoreFixture.CopyOf(StoreFixture.GoldenStore);
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(copy.Path), RecordingTime());

        Assert.Equal(end, store.CommitLogMaxOffset);
        var put = StoreFixture.Put(store, "and on", "GoldenA", 1);
        Assert.Equal(PutStatus.Ok, put.Status);
        Assert.Equal(end, put.CommitOffset);
        var queueEnd = records.Where(r => r.GetProperty("topic").GetString() == "GoldenA" && r.GetProperty("queueId").GetInt32() == 1)
            .Max(r => r.GetProperty("queueOffset").GetInt64()) + 1;
        Assert.Equal(queueEnd, put.QueueOffset);
    }

    [Fact]
    public async Task After_a_crash_the_recorded_store_keeps_every_record()
    {
        using var copy = StoreFixture.CopyOf(StoreFixture.GoldenStore);
        File.WriteAllBytes(copy["abort"], []);
        Directory.Delete(copy["index"], recursive: true);
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(copy.Path), RecordingTime());

        Assert.Equal(
            StoreFixture.ReadLog(Path.Combine(StoreFixture.GoldenStore, "commitlog")).Select(r => r.Offset),
            StoreFixture.ReadLog(copy["commitlog"]).Select(r => r.Offset));
    }

    // Delayed messages wait in the recorded store; by today's clock they are due and would be delivered.
    private static FakeTimeProvider RecordingTime() => new(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_549_090));
}
