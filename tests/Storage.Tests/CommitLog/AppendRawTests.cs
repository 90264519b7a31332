using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Storage.CommitLogs;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.CommitLog;

public sealed class AppendRawTests : IDisposable
{
    private const int FileSize = 8192;

    private readonly TempDirectory _master = new();
    private readonly TempDirectory _slave = new();

    public void Dispose()
    {
        _master.Dispose();
        _slave.Dispose();
    }

    [Theory]
    [InlineData(FlushMode.Async)]
    [InlineData(FlushMode.Sync)]
    public async Task A_log_that_came_in_pieces_is_the_masters_byte_by_byte(FlushMode flushMode)
    {
        await WithLogAsync(_master, FlushMode.Async, master => WithLogAsync(_slave, flushMode, slave =>
        {
            for (var i = 0; i < 30; i++)
            {
                Assert.Equal(PutStatus.Ok, master.Append(StoreFixture.Message(new byte[700 + i])).Status);
            }

            for (var piece = 1; slave.AppendedOffset < master.MaxOffset; piece = (piece * 7 % 500) + 1)
            {
                Assert.True(master.TryRead(slave.AppendedOffset, piece, out var slice));
                using (slice)
                {
                    Assert.Equal(PutStatus.Ok, slave.AppendRaw(slice.Offset, slice.Span));
                }
            }

            slave.Flush(leastPages: 0);
            Assert.Equal((master.MaxOffset, master.MaxOffset), (slave.MaxOffset, slave.FlushedOffset));
            for (var offset = 0L; offset < master.MaxOffset; offset += FileSize)
            {
                Assert.True(master.TryRead(offset, FileSize, out var theirs));
                Assert.True(slave.TryRead(offset, FileSize, out var ours));
                using (theirs)
                using (ours)
                {
                    Assert.Equal(theirs.Span, ours.Span);
                }
            }

            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task Bytes_that_do_not_belong_to_the_end_are_refused() => await WithLogAsync(_slave, FlushMode.Async, slave =>
    {
        var start = (3 * FileSize) + 100L; // an empty log begins where the master says
        Assert.Equal(PutStatus.Ok, slave.AppendRaw(start, new byte[50]));
        Assert.Equal(start + 50, slave.MaxOffset);
        Assert.Equal(PutStatus.MessageIllegal, slave.AppendRaw(start, new byte[50]));
        Assert.Equal(PutStatus.MessageIllegal, slave.AppendRaw(start + 51, new byte[50]));
        Assert.Equal(PutStatus.MessageIllegal, slave.AppendRaw(-1, new byte[50]));
        Assert.Equal(PutStatus.MessageIllegal, slave.AppendRaw(start + 50, new byte[FileSize])); // crosses a file
        Assert.Equal(PutStatus.Ok, slave.AppendRaw(start + 50, []));
        slave.Seal();
        Assert.Equal(PutStatus.ServiceNotAvailable, slave.AppendRaw(start + 50, new byte[50]));
        Assert.Equal(start + 50, slave.MaxOffset);
        return Task.CompletedTask;
    });

    private static async Task WithLogAsync(TempDirectory directory, FlushMode flushMode, Func<CommitLogs.CommitLog, Task> use)
    {
        using var log = new CommitLogs.CommitLog(
            StoreFixture.Options(directory.Path, flushMode, FileSize),
            RealDisk.Instance,
            new QueueOffsetTable(),
            TimeProvider.System,
            NullLogger.Instance);
        log.Start();
        await use(log);
        await log.StopAsync();
    }
}
