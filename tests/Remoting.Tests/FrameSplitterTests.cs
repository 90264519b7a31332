using System.Buffers.Binary;
using Rocketeer.Protocol.Codec;
using Rocketeer.Remoting.Pipeline;

namespace Rocketeer.Remoting.Tests;

public sealed class FrameSplitterTests
{
    [Fact]
    public void Any_way_to_cut_a_stream_yields_the_same_frames()
    {
        var random = new Random(44);
        for (var round = 0; round < 500; round++)
        {
            var frames = Enumerable.Range(0, random.Next(1, 20)).Select(_ =>
            {
                var frame = new byte[random.Next(4, round % 10 == 0 ? 5000 : 60)];
                random.NextBytes(frame);
                return frame;
            }).ToList();
            var stream = frames.SelectMany(WithLength).ToArray();
            var splitter = new FrameSplitter(1 << 20);
            var seen = new List<byte[]>();
            for (var at = 0; at < stream.Length;)
            {
                var count = Math.Min(random.Next(1, round % 3 == 0 ? 8 : 3000), stream.Length - at);
                ReadOnlySpan<byte> received = stream.AsSpan(at, count);

                // Now and then nobody takes frames for a while, as when reading is paused.
                while (random.Next(5) > 0 && splitter.TryTake(ref received, out var frame))
                {
                    seen.Add(frame.ToArray());
                }

                splitter.Hold(received);
                at += count;
            }

            ReadOnlySpan<byte> none = [];
            while (splitter.TryTake(ref none, out var frame))
            {
                seen.Add(frame.ToArray());
            }

            Assert.Equal(frames, seen);
            Assert.Equal(0, splitter.Held);
        }
    }

    [Fact]
    public void A_frame_within_the_received_bytes_is_not_copied()
    {
        var stream = WithLength([1, 2, 3, 4, 5]);
        ReadOnlySpan<byte> received = stream;
        Assert.True(new FrameSplitter(1024).TryTake(ref received, out var frame));
        Assert.True(frame.Overlaps(stream));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(1021)]
    public void An_impossible_length_is_refused_as_soon_as_it_is_seen(int length)
    {
        var splitter = new FrameSplitter(1024);
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        Assert.Throws<FrameFormatException>(() =>
        {
            foreach (var one in bytes)
            {
                ReadOnlySpan<byte> received = [one];
                splitter.TryTake(ref received, out _);
                splitter.Hold(received);
            }

            ReadOnlySpan<byte> none = [];
            splitter.TryTake(ref none, out _);
        });
    }

    private static byte[] WithLength(byte[] frame)
    {
        var bytes = new byte[4 + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, 4);
        return bytes;
    }
}
