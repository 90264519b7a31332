using System.Buffers.Binary;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>The stream that was recorded between an original master and its slave, with one of ours at either end.</summary>
public sealed class RecordedStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_slave_that_hears_the_recorded_master_ends_with_the_recorded_slaves_files(int piece)
    {
        using var directory = new TempDirectory();
        var stream = Recorded("conn0.s2c.bin");
        var frames = Frames(stream);
        var end = frames[^1].Offset + frames[^1].Body.Length;
        await using (var slave = await Replica.SlaveAsync(directory))
        {
            using var listener = Peer.Listen();
            await slave.Service.FollowAsync($"127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndPoint!).Port}");
            using var master = await Peer.AcceptAsync(listener);
            Assert.Equal(0, await master.ReadReportAsync());
            var sending = SendInPiecesAsync(master, stream, piece);
            while (await master.ReadReportAsync() < end)
            {
            }

            await sending;
            Assert.Equal(end, slave.End);
        }

        AssertSameFiles(Path.Combine(TestBroker.GoldenStore, "commitlog"), directory["commitlog"]);
        AssertSameFiles(Path.Combine(TestBroker.GoldenStore, "consumequeue"), directory["consumequeue"]);

        // Index files are named by the time they were made at.
        var ours = Directory.GetFiles(directory["index"]).Order(StringComparer.Ordinal).ToList();
        var theirs = Directory.GetFiles(Path.Combine(TestBroker.GoldenStore, "index")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(theirs.Count, ours.Count);
        Assert.All(theirs.Zip(ours), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));
    }

    [Fact]
    public async Task A_master_sends_the_recorded_slave_the_recorded_frames()
    {
        // The log grows as the recorded one did, which a slave's may do by pieces; the frames must come out as they went in.
        await using var master = await Replica.SlaveAsync();
        var frames = Frames(Recorded("conn0.s2c.bin"));
        var reports = Reports(Recorded("conn0.c2s.bin"));
        master.Service.Lead(waitForReplica: false);
        using var slave = await Peer.ConnectAsync(master.Service.EndPoint);
        await slave.ReportAsync(reports.Dequeue());
        Assert.Equal((0, 0), await HeartbeatAsync(slave));
        foreach (var (offset, body) in frames)
        {
            Assert.Equal(Rocketeer.Storage.Replication.ReplicaAppend.Appended, master.Store.Replication.Append(offset, body));
            var sent = await slave.ReadDataAsync();
            Assert.Equal(offset, sent.Offset);
            Assert.Equal(body, sent.Body);
            while (reports.TryPeek(out var report) && report <= offset + body.Length)
            {
                await slave.ReportAsync(reports.Dequeue());
            }
        }

        Assert.Empty(reports);
        await TestBroker.EventuallyAsync(() => master.Store.Replication.ConfirmedOffset == master.End, "everything is confirmed");
    }

    [Fact]
    public async Task A_slave_that_begins_later_gets_the_same_bytes_in_frames_that_cross_no_file()
    {
        await using var master = await Replica.SlaveAsync();
        foreach (var (offset, body) in Frames(Recorded("conn0.s2c.bin")))
        {
            master.Store.Replication.Append(offset, body);
        }

        master.Service.Lead(waitForReplica: false);
        using var slave = await Peer.ConnectAsync(master.Service.EndPoint);
        await slave.ReportAsync(1);
        var expected = master.Bytes();
        for (var at = 1L; at < expected.Length;)
        {
            var (offset, body) = await slave.ReadDataAsync();
            Assert.Equal(at, offset);
            Assert.Equal(Math.Min(32768, Math.Min(1048576 - (at % 1048576), expected.Length - at)), body.Length);
            Assert.Equal(expected[(int)at..((int)at + body.Length)], body);
            at += body.Length;
        }
    }

    private static async Task<(long Offset, int Size)> HeartbeatAsync(Peer slave)
    {
        var (offset, body) = await slave.ReadFrameAsync();
        return (offset, body.Length);
    }

    private static async Task SendInPiecesAsync(Peer master, byte[] stream, int piece)
    {
        // Pieces of one byte for the beginning only: the whole of it that way tests the patience of the loopback.
        var small = Math.Min(stream.Length, piece * 2000);
        for (var at = 0; at < small; at += piece)
        {
            await master.SendAsync(stream.AsMemory(at, Math.Min(piece, small - at)));
        }

        await master.SendAsync(stream.AsMemory(small));
    }

    private static byte[] Recorded(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "ha", name));

    private static List<(long Offset, byte[] Body)> Frames(byte[] stream)
    {
        var frames = new List<(long, byte[])>();
        for (var at = 0; at < stream.Length;)
        {
            var offset = BinaryPrimitives.ReadInt64BigEndian(stream.AsSpan(at));
            var size = BinaryPrimitives.ReadInt32BigEndian(stream.AsSpan(at + 8));
            if (size > 0)
            {
                frames.Add((offset, stream.AsSpan(at + 12, size).ToArray()));
            }

            at += 12 + size;
        }

        return frames;
    }

    private static Queue<long> Reports(byte[] stream)
    {
        var reports = new Queue<long>();
        for (var at = 0; at < stream.Length; at += 8)
        {
            reports.Enqueue(BinaryPrimitives.ReadInt64BigEndian(stream.AsSpan(at)));
        }

        return reports;
    }

    private static void AssertSameFiles(string expected, string actual)
    {
        var names = Directory.EnumerateFiles(expected, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(expected, path)).Order().ToList();
        Assert.Equal(names, Directory.EnumerateFiles(actual, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(actual, path)).Order());
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, name)), File.ReadAllBytes(Path.Combine(actual, name))));
    }
}
