using System.Buffers.Binary;
using Rocketeer.Storage.Checkpoints;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_recorded_checkpoint_is_read()
    {
        var checkpoint = new StoreCheckpoint(RealDisk.Instance, Path.Combine(StoreFixture.GoldenStore, "checkpoint"));

        Assert.Equal(1795366545089, checkpoint.LogTimestamp);
        Assert.Equal(1795366549090, checkpoint.QueuesTimestamp);
        Assert.Equal(1795366454377, checkpoint.IndexTimestamp);
        Assert.Equal(1795366545089 - 3000, checkpoint.SafeTimestamp(withIndex: false));
        Assert.Equal(1795366454377, checkpoint.SafeTimestamp(withIndex: true));
    }

    [Fact]
    public void What_is_saved_has_the_original_s_layout()
    {
        var path = _directory["checkpoint"];
        new StoreCheckpoint(RealDisk.Instance, path) { LogTimestamp = 1, QueuesTimestamp = 2, IndexTimestamp = 3 }.Save();

        var bytes = File.ReadAllBytes(path);
        Assert.Equal(4096, bytes.Length);
        Assert.Equal([1L, 2L, 3L, 0L], Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(i * 8))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void A_missing_or_short_checkpoint_counts_as_zeros(int length)
    {
        var path = _directory["checkpoint"];
        File.WriteAllBytes(path, new byte[length]);

        Assert.Equal(0, new StoreCheckpoint(RealDisk.Instance, path).SafeTimestamp(withIndex: true));
        Assert.Equal(0, new StoreCheckpoint(RealDisk.Instance, path + "x").SafeTimestamp(withIndex: false));
    }

    [Fact]
    public async Task A_second_store_on_the_directory_is_refused_with_one_sentence()
    {
        await using var first = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path));

        var refusal = await Assert.ThrowsAsync<StoreException>(() => StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path)));

        Assert.Contains(_directory.Path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another broker", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("lock", File.ReadAllText(_directory["lock"]));
        Assert.Equal(PutStatus.Ok, StoreFixture.Put(first, "unharmed").Status);
    }

    [Fact]
    public async Task Another_process_sees_the_record_lock_of_byte_zero()
    {
        Assert.SkipUnless(File.Exists("/proc/locks"), "needs /proc/locks");
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path));

        var ours = $" {Environment.ProcessId} ";
        Assert.Contains(
            await File.ReadAllLinesAsync("/proc/locks"),
            line => line.Contains("POSIX", StringComparison.Ordinal) && line.Contains("WRITE", StringComparison.Ordinal)
                && line.Contains(ours, StringComparison.Ordinal) && line.TrimEnd().EndsWith(" 0 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_abort_marker_is_there_while_a_store_runs()
    {
        await using (await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path)))
        {
            Assert.True(File.Exists(_directory["abort"]));
        }

        Assert.False(File.Exists(_directory["abort"]));
        await using var again = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path)); // and the lock is free
    }
}
