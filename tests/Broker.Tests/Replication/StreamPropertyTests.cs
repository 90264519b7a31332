using System.Buffers.Binary;
using CsCheck;
using Rocketeer.Broker.Replication;

namespace Rocketeer.Broker.Tests.Replication;

/// <summary>Readers of the stream: however it is cut, the same comes out; whatever comes, nothing goes wrong.</summary>
public sealed class StreamPropertyTests
{
    private const int FileSize = 65536;

    private static readonly Gen<(long Offset, byte[] Body)> Frame =
        from file in Gen.Long[0, 1000]
        from at in Gen.Int[0, FileSize - 1]
        from body in Gen.Byte.Array[0, 300]
        select ((file * FileSize) + at, body.Take(FileSize - at).ToArray());

    [Fact]
    public void Frames_come_out_as_they_went_in_however_they_are_cut() =>
        Gen.Select(Frame.Array[0, 20], Gen.Int[1, 50].Array[1, 20]).Sample(
            (frames, cuts) =>
            {
                var stream = frames.SelectMany(Encode).ToArray();
                var heard = new List<(long Offset, byte[] Body)>();
                var reader = new FrameReader(FileSize);
                for (int at = 0, i = 0; at < stream.Length; i++)
                {
                    var piece = Math.Min(cuts[i % cuts.Length], stream.Length - at);
                    Hear(reader, stream.AsSpan(at, piece), heard);
                    at += piece;
                }

                Assert.Equal(
                    frames.Where(frame => frame.Body.Length == 0).Select(frame => frame.Offset),
                    heard.Where(part => part.Body.Length == 0).Select(part => part.Offset));
                Assert.Equal(frames.SelectMany(frame => frame.Body), heard.SelectMany(part => part.Body));
            },
            iter: 300);

    [Fact]
    public void Frames_of_garbage_end_the_reading_and_do_no_harm() =>
        Gen.Byte.Array[0, 400].Sample(
            garbage =>
            {
                var reader = new FrameReader(FileSize);
                var received = (ReadOnlySpan<byte>)garbage;
                while (reader.Read(ref received, out var offset, out var data) is var part && part is FramePart.Data or FramePart.Heartbeat)
                {
                    Assert.True(offset >= 0 && data.Length <= received.Length);
                    reader.Advance(ref received, data.Length);
                }
            },
            iter: 2000);

    [Fact]
    public void Reports_come_out_as_they_went_in_however_they_are_cut() =>
        Gen.Select(Gen.Long.Array[0, 50], Gen.Int[1, 20].Array[1, 20]).Sample(
            (reports, cuts) =>
            {
                var stream = new byte[reports.Length * 8];
                for (var i = 0; i < reports.Length; i++)
                {
                    BinaryPrimitives.WriteInt64BigEndian(stream.AsSpan(i * 8), reports[i]);
                }

                var heard = new List<long>();
                var reader = new ReportReader();
                for (int at = 0, i = 0; at < stream.Length; i++)
                {
                    var piece = Math.Min(cuts[i % cuts.Length], stream.Length - at);
                    var received = (ReadOnlySpan<byte>)stream.AsSpan(at, piece);
                    while (reader.TryRead(ref received, out var report))
                    {
                        heard.Add(report);
                    }

                    Assert.True(received.IsEmpty);
                    at += piece;
                }

                Assert.Equal(reports, heard);
            },
            iter: 300);

    private static byte[] Encode((long Offset, byte[] Body) frame)
    {
        var bytes = new byte[FrameLayout.HeaderLength + frame.Body.Length];
        FrameLayout.WriteHeader(bytes, frame.Offset, frame.Body.Length);
        frame.Body.CopyTo(bytes, FrameLayout.HeaderLength);
        return bytes;
    }

    private static void Hear(FrameReader reader, ReadOnlySpan<byte> received, List<(long Offset, byte[] Body)> heard)
    {
        while (true)
        {
            var part = reader.Read(ref received, out var offset, out var data);
            Assert.NotEqual(FramePart.Malformed, part);
            if (part == FramePart.None)
            {
                Assert.True(received.IsEmpty);
                return;
            }

            heard.Add((offset, data.ToArray()));
            reader.Advance(ref received, data.Length);
        }
    }
}
