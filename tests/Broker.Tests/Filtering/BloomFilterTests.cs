using System.Text.Json.Nodes;
using Rocketeer.Broker.Filtering;

namespace Rocketeer.Broker.Tests.Filtering;

public sealed class BloomFilterTests
{
    [Fact]
    public void Bits_lie_where_the_original_puts_them()
    {
        var compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "filter", "bloom.jsonl")))
        {
            var vector = JsonNode.Parse(line)!;
            var filter = new BloomFilter(vector["f"]!.GetValue<int>(), vector["n"]!.GetValue<int>());
            Assert.Equal((vector["k"]!.GetValue<int>(), vector["m"]!.GetValue<int>()), (filter.Hashes, filter.Bits));
            var bitmap = new byte[filter.Bytes];
            foreach (var (name, positions) in vector["positions"]!.AsObject())
            {
                var parts = name.Split('#', 2);
                var found = filter.Positions(parts[0], parts[1]);
                Assert.Equal(positions!.AsArray().Select(position => position!.GetValue<int>()), found);
                BloomFilter.Set(bitmap, found);
                Assert.True(BloomFilter.Contains(bitmap, found));
                compared++;
            }

            Assert.Equal(vector["bits"]!.GetValue<string>(), Convert.ToHexStringLower(bitmap));
        }

        Assert.Equal(9 * 18, compared);
    }

    [Fact]
    public void A_group_whose_bits_are_not_all_set_is_not_contained()
    {
        var filter = new BloomFilter(20, 32);
        var bitmap = new byte[filter.Bytes];
        BloomFilter.Set(bitmap, filter.Positions("g", "t")[1..]);

        Assert.False(BloomFilter.Contains(bitmap, filter.Positions("g", "t")));
    }
}
