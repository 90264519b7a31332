using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Segments;

public sealed class SegmentTests : IDisposable
{
    private const int Size = 16 * 1024;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_segment_is_mapped_at_its_first_use_and_unmapped_while_nobody_holds_it()
    {
        using var segment = new MappedSegment(RealDisk.Instance, _directory["f"], 0, Size);
        Assert.False(File.Exists(segment.Path));
        segment.Append("hello"u8);

        Assert.True(segment.TryHold());
        Assert.False(segment.TryUnmap());
        segment.Release();
        Assert.True(segment.TryUnmap());
        Assert.False(segment.IsMapped);

        Assert.Equal(5, segment.Flush());
        Assert.True(segment.TryHold());
        Assert.Equal("hello"u8, segment.Read(0, segment.WrotePosition));
        segment.Release();
        Assert.Equal(Size, new FileInfo(segment.Path).Length);
    }

    [Fact]
    public void A_deleted_segment_stays_readable_for_who_holds_it_and_takes_no_new_holds()
    {
        var segment = new MappedSegment(RealDisk.Instance, _directory["f"], 0, Size);
        segment.Append("hello"u8);
        Assert.True(segment.TryHold());

        segment.Delete();

        Assert.False(segment.TryHold());
        Assert.Equal("hello"u8, segment.Read(0, 5));
        segment.Release();
        Assert.False(File.Exists(segment.Path));
        Assert.False(segment.IsMapped && segment.TryHold());
    }

    [Fact]
    public void Holding_and_unmapping_from_many_threads_never_reads_unmapped_memory()
    {
        using var segment = new MappedSegment(RealDisk.Instance, _directory["f"], 0, Size);
        segment.Append(new byte[] { 42 });

        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 4 == 0)
            {
                segment.TryUnmap();
                return;
            }

            Assert.True(segment.TryHold());
            Assert.Equal(42, segment.Read(0, 1)[0]);
            segment.Release();
        });
    }

    [Fact]
    public void A_set_finds_truncates_and_deletes()
    {
        using var set = new SegmentSet(RealDisk.Instance, _directory["set"], Size, NullLogger.Instance);
        for (var i = 0; i < 4; i++)
        {
            var added = set.AddNext((3 * Size) + 5);
            Assert.Equal((3 + i) * Size, added.StartOffset);
            added.EnsureAllocated(1);
            added.ResetPositions(Size);
        }

        Assert.Null(set.Find((3 * Size) - 1));
        Assert.Equal(4 * Size, set.Find((5 * Size) - 1)!.StartOffset);
        Assert.Null(set.Find(7 * Size));
        set.TruncateTo((5 * Size) + 10);
        Assert.Equal((5 * Size) + 10, set.MaxOffset);
        Assert.Equal(3, Directory.GetFiles(set.Directory).Length);
        Assert.True(set.DeleteFirst());
        Assert.Equal(4 * Size, set.MinOffset);
        Assert.True(set.DeleteFirst());
        Assert.False(set.DeleteFirst());
        Assert.Single(Directory.GetFiles(set.Directory));
    }

    [Fact]
    public void A_full_disk_is_an_exception_before_anything_is_written()
    {
        var disk = new FaultyDisk { IsFull = true };
        using var segment = new MappedSegment(disk, _directory["f"], 0, Size);

        Assert.Throws<IOException>(() => segment.Append("hello"u8));
        Assert.Equal(0, segment.WrotePosition);
        disk.IsFull = false;
        segment.Append("hello"u8);
        Assert.Equal(5, segment.WrotePosition);
    }
}
