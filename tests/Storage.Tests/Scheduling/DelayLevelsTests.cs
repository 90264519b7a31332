using Rocketeer.Storage.Scheduling;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Scheduling;

public sealed class DelayLevelsTests
{
    [Fact]
    public void The_originals_levels_parse()
    {
        var levels = DelayLevels.Parse("1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h");
        Assert.Equal(18, levels.Max);
        Assert.Equal((1000, 60_000, 7_200_000), (levels.DelayOf(1), levels.DelayOf(5), levels.DelayOf(18)));
        Assert.Equal(86_400_000, DelayLevels.Parse("1d").DelayOf(1));
        Assert.Equal(1000, levels.DelayOf(99));
        Assert.Equal(18, levels.Cap(99));
    }

    [Theory]
    [InlineData("1s 5x", "5x")]
    [InlineData("s", "'s'")]
    [InlineData("-1s", "-1s")]
    [InlineData("99999999999s", "99999999999s")]
    public void A_level_that_does_not_parse_is_named(string text, string named) =>
        Assert.Contains(named, Assert.Throws<StoreException>(() => DelayLevels.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Progress_is_read_in_the_originals_form_and_in_strict_json()
    {
        using var directory = new TempDirectory();
        var file = new DelayOffsetFile(directory.Path);
        Directory.CreateDirectory(directory["config"]);
        File.WriteAllText(file.Path, "{\n\t\"offsetTable\":{1:1,2:2,3:7,10:0,18:5\n\t}\n}");
        var offsets = new long[18];
        file.Load(offsets);
        Assert.Equal((1, 7, 5), (offsets[0], offsets[2], offsets[17]));

        offsets[4] = 42;
        file.Save(offsets);
        var again = new long[18];
        file.Load(again);
        Assert.Equal(offsets, again);
        System.Text.Json.JsonDocument.Parse(File.ReadAllText(file.Path)).Dispose();
        Assert.Contains("3:7", File.ReadAllText(file.Path + ".bak"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"offsetTable\":")]
    [InlineData("{\"offsetTable\":{1:x}}")]
    public void A_file_that_does_not_parse_is_replaced_by_its_backup(string text)
    {
        using var directory = new TempDirectory();
        var file = new DelayOffsetFile(directory.Path);
        Directory.CreateDirectory(directory["config"]);
        File.WriteAllText(file.Path, text);
        File.WriteAllText(file.Path + ".bak", "{\"offsetTable\":{\"1\":9}}");
        var offsets = new long[18];
        file.Load(offsets);
        Assert.Equal(9, offsets[0]);

        File.WriteAllText(file.Path + ".bak", "rubbish");
        Assert.Throws<StoreException>(() => file.Load(offsets));
    }
}
