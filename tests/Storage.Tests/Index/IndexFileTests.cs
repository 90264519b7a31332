using System.Buffers.Binary;
using Rocketeer.Storage.Index;
using Rocketeer.Storage.Segments;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Index;

public sealed class IndexFileTests : IDisposable
{
    private const int Slots = 10;
    private const int Entries = 50;
    private const long Begin = 1_700_000_000_000;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_chain_is_walked_from_the_newest_key_to_the_oldest()
    {
        using var file = Open();
        for (var i = 0; i < 9; i++)
        {
            file.Put(hash: 7 + (Slots * (i % 3)), commitOffset: i, Begin + (i * 1000));
        }

        Assert.Equal([6, 3, 0], Query(file, 7));
        Assert.Equal([7, 4, 1], Query(file, 17));
        Assert.Equal([6], Query(file, 7, max: 1));
        Assert.Equal([3], Query(file, 7, Begin + 1000, Begin + 4000));
        Assert.Empty(Query(file, 8));
    }

    [Fact]
    public void A_reopened_file_goes_on_where_it_was()
    {
        using (var file = Open())
        {
            file.Put(5, 100, Begin);
            file.Put(5, 200, Begin + 5000);
            file.Flush();
        }

        using var reopened = Open();
        Assert.Equal((3, Begin, Begin + 5000, 200), (reopened.IndexCount, reopened.BeginTimestamp, reopened.EndTimestamp, reopened.EndOffset));
        reopened.Put(5, 300, Begin + 6000);
        Assert.Equal([300, 200, 100], Query(reopened, 5));
    }

    [Fact]
    public void A_file_is_full_with_one_key_less_than_it_has_entries()
    {
        using var file = Open();
        for (var i = 0; i < Entries - 1; i++)
        {
            Assert.False(file.IsFull);
            file.Put(i, i, Begin);
        }

        Assert.True(file.IsFull);
    }

    [Theory]
    [InlineData("TopicTest", "key1", 1655984460)]
    public void Hashes_are_the_originals(string topic, string key, int hash)
    {
        Assert.Equal(hash, IndexKey.Hash(topic, key));
        Assert.Equal(hash, IndexKey.Hash(topic, System.Text.Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public void Hashes_of_text_and_of_bytes_agree_for_every_script()
    {
        foreach (var key in new[] { "", "é", "中文", "𝄞 music", "a b" })
        {
            Assert.Equal(IndexKey.Hash("T", key), IndexKey.Hash("T", System.Text.Encoding.UTF8.GetBytes(key)));
        }
    }

    [Fact]
    public void A_link_that_leads_in_a_circle_ends_the_walk()
    {
        var path = Path.Combine(_directory.Path, "1");
        using (var file = Open())
        {
            file.Put(5, 100, Begin);
            file.Put(5, 200, Begin);
            file.Flush();
        }

        var bytes = File.ReadAllBytes(path);
        var entry1 = IndexFileLayout.HeaderLength + (Slots * 4) + 20;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(entry1 + IndexFileLayout.EntryPreviousAt), 2);
        File.WriteAllBytes(path, bytes);
        using var damaged = Open();
        Assert.Equal([200, 100], Query(damaged, 5));
    }

    [Fact]
    public void Damaged_files_never_crash_over_read_or_loop()
    {
        var path = Path.Combine(_directory.Path, "1");
        for (var round = 0; round < 500; round++)
        {
            var random = new Random(round);
            var bytes = new byte[IndexFileLayout.FileSize(Slots, Entries)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(IndexFileLayout.IndexCountAt), random.Next(-5, 2 * Entries));
                for (var at = IndexFileLayout.HeaderLength; at < bytes.Length - 4; at += 4)
                {
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), random.Next(-2, Entries + 5));
                }
            }

            File.WriteAllBytes(path, bytes);
            using var file = Open();
            for (var hash = 0; hash < 2 * Slots; hash++)
            {
                Assert.InRange(Query(file, hash, long.MinValue, long.MaxValue).Count, 0, Entries);
            }

            while (!file.IsFull)
            {
                file.Put(random.Next(), random.NextInt64(), random.NextInt64());
            }
        }
    }

    private IndexFile Open() => IndexFile.Open(RealDisk.Instance, Path.Combine(_directory.Path, "1"), Slots, Entries);

    private static List<long> Query(IndexFile file, int hash, long begin = 0, long end = long.MaxValue, int max = 64)
    {
        var offsets = new List<long>();
        file.Query(hash, begin, end, max, offsets);
        return offsets;
    }
}
